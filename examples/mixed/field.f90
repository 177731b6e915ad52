! The values 0, 1, … n-1, shuffled by multiplication modulo n. They are integers, so every order of adding
! them gives the same sum.
real(c_double) function fill_field(values, n) bind(c)
  use, intrinsic :: iso_c_binding
  implicit none
  integer(c_int), value :: n
  real(c_double), intent(out) :: values(n)
  integer(c_int64_t) :: i
  fill_field = 0
  !$omp parallel do reduction(+:fill_field)
  do i = 1, n
    values(i) = modulo((i - 1) * 7919_c_int64_t, int(n, c_int64_t))
    fill_field = fill_field + values(i)
  end do
end function fill_field
