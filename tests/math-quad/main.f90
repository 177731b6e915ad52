! Precision of long double, in C by its own names, and the same kinds in Fortran: real(10) against real(16).
program widths
  use, intrinsic :: iso_c_binding
  implicit none
  interface
    integer(c_int) function long_double() bind(c)
      import
    end function long_double
  end interface
  integer, parameter :: extended = selected_real_kind(18), quad = selected_real_kind(33)
  integer :: failures = 0, i
  real(extended) :: x(1000)
  complex(extended) :: z
  complex(quad) :: exact

  call check(long_double() == 0, 'long double')
  call random_number(x)
  do i = 1, size(x) - 1
    z = cmplx(x(i) * 20 - 10, x(i + 1) * 20 - 10, extended)
    exact = cmplx(real(z%re, quad), real(z%im, quad), quad)
    call near('exp', exp(z), exp(exact))
    call near('log', log(z), log(exact))
    call near('sqrt', sqrt(z), sqrt(exact))
    call near('sin', sin(z), sin(exact))
    call near('asin', asin(z), asin(exact))
    call near('acosh', acosh(z), acosh(exact))
    call near('atan', atan(z), atan(exact))
  end do
  call check_done
contains
  subroutine near(name, value, exact)
    character(*), intent(in) :: name
    complex(extended), intent(in) :: value
    complex(quad), intent(in) :: exact
    call check(abs(value - exact) <= 4 * epsilon(1.0_extended) * abs(exact), 'complex ' // name)
  end subroutine near

  include 'check.inc'
end program widths
