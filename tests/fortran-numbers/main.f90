! Kinds, mathematics of each, the ieee_* modules, complex numbers, intrinsic array functions.
program numbers
  use, intrinsic :: iso_fortran_env
  use, intrinsic :: ieee_arithmetic
  use, intrinsic :: ieee_exceptions
  implicit none
  integer, parameter :: extended = selected_real_kind(18), quad = selected_real_kind(33)
  integer :: failures = 0
  call kinds
  call ieee
  call arrays
  call check_done
contains
  subroutine kinds
    real(real32) :: s
    real(real64) :: d
    real(extended) :: e
    real(quad) :: q
    complex(real64) :: z
    complex(quad) :: zq
    character(60) :: text
    call check(extended == 10 .and. quad == 16, 'kinds')
    s = 2
    call check(abs(sqrt(s)**2 - s) < 4 * epsilon(s), 'real(4)')
    d = 1
    call check(abs(gamma(5 * d) - 24) < 1d-12 .and. abs(bessel_j0(d) - 0.76519768655796655d0) < 1d-15, 'gamma, bessel')
    call check(abs(erf(d) - 0.84270079294971489d0) < 1d-15 .and. hypot(3 * d, 4 * d) == 5, 'erf, hypot')
    e = 1
    call check(abs(sin(e)**2 + cos(e)**2 - 1) < 4 * epsilon(e), 'real(10)')
    call check(abs(exp(log(e * 3)) - 3) < 8 * epsilon(e), 'real(10) exp and log')
    q = 1
    call check(abs(4 * atan(q) - 3.14159265358979323846264338327950288_quad) < 4 * epsilon(q), 'real(16) atan')
    call check(abs(exp(log(q * 7)) - 7) < 16 * epsilon(q), 'real(16) exp and log')
    write (text, '(f36.33)') acos(-q)
    call check(adjustl(text) == '3.141592653589793238462643383279503', 'real(16) printed: ' // trim(text))
    read (text, *) q
    call check(abs(q - acos(-1.0_quad)) < 1e-32_quad, 'real(16) read')
    z = (0, 1)
    call check(abs(exp(z * acos(-1d0)) + 1) < 1d-15 .and. abs(sqrt((-4d0, 0d0)) - (0, 2)) < 1d-15, 'complex')
    zq = (3, 4)
    call check(abs(abs(zq) - 5) < 1e-32_quad .and. abs(log(exp(zq / 4)) - zq / 4) < 1e-32_quad, 'complex(16)')
    call check(huge(1_int64) == 9223372036854775807_int64 .and. popcnt(255) == 8, 'integers')
    call check(nint(-2.5d0) == -3 .and. modulo(-7, 3) == 2 .and. mod(-7, 3) == -1, 'rounding')
  end subroutine kinds

  subroutine ieee
    real(real64) :: zero
    ! The compiler knows nothing of flags and modes: what they concern happens where it is written.
    real(real64), volatile :: x
    logical :: flag
    type(ieee_round_type) :: mode
    real(real64), volatile :: one, three
    zero = 0
    call check(ieee_support_standard(x), 'IEEE arithmetic')
    x = ieee_value(x, ieee_quiet_nan)
    call check(ieee_is_nan(x) .and. .not. ieee_is_finite(x), 'NaN')
    call check(ieee_class(-zero) == ieee_negative_zero, 'class')
    call ieee_set_flag(ieee_divide_by_zero, .false.)
    one = 1
    three = 0
    x = one / three
    call ieee_get_flag(ieee_divide_by_zero, flag)
    call check(flag .and. .not. ieee_is_finite(x), 'the flag of a division by zero')
    call ieee_set_flag(ieee_all, .false.)
    call ieee_get_rounding_mode(mode)
    call check(mode == ieee_nearest, 'rounding mode')
    three = 3
    call ieee_set_rounding_mode(ieee_up)
    x = one / three
    call ieee_set_rounding_mode(ieee_down)
    call check(x > one / three, 'rounding up and down')
    call ieee_set_rounding_mode(mode)
    call ieee_set_flag(ieee_all, .false.)
    call check(ieee_next_after(1d0, 2d0) - 1 == epsilon(1d0) .and. ieee_logb(8d0) == 3, 'next_after, logb')
  end subroutine ieee

  subroutine arrays
    real(real64) :: a(20, 30), b(30, 10), c(20, 10)
    integer :: i, seed(64), n
    integer, allocatable :: list(:)
    real :: r(1000)
    call random_number(a)
    call random_number(b)
    c = matmul(a, b)
    call check(abs(c(3, 4) - dot_product(a(3, :), b(:, 4))) < 1d-12, 'matmul')
    call check(all(shape(transpose(c)) == [10, 20]) .and. count(c == maxval(c)) == 1, 'transpose, maxval')
    list = [(i, i = 10, 1, -1)]
    list = pack(list, mod(list, 2) == 0)
    call check(all(list == [10, 8, 6, 4, 2]) .and. sum(list) == 30 .and. all(cshift(list, 1) == [8, 6, 4, 2, 10]), 'pack, cshift')
    call check(findloc(list, 6, 1) == 3 .and. any(list == 2) .and. iall([7, 3]) == 3, 'findloc, iall')
    call random_seed(size=n)
    seed = 1
    call random_seed(put=seed(:n))
    call random_number(r)
    call check(abs(sum(r) / 1000 - 0.5) < 0.1 .and. minval(r) >= 0 .and. maxval(r) < 1, 'random numbers')
  end subroutine arrays

  include 'check.inc'
end program numbers
