! Loops over mathematical functions, which gfortran makes calls for vectors of, against one element at a time.
program vectors
  implicit none
  integer, parameter :: n = 1003
  real(8) :: x(n), y(n), one
  real(4) :: a(n), b(n), one4
  real(8), volatile :: slow
  real(4), volatile :: slow4
  integer :: i, wrong
  x = [(0.01d0 * i, i = 1, n)]
  a = real(x, 4)
  y = sin(x) * exp(-x) + log(x) * cos(x * 2) + tan(x / 8) + log10(x)
  b = sin(a) * exp(-a) + log(a) * cos(a * 2) + a ** 1.5
  wrong = 0
  do i = 1, n
    slow = x(i)
    one = sin(slow) * exp(-slow) + log(slow) * cos(slow * 2) + tan(slow / 8) + log10(slow)
    if (abs(y(i) - one) > 1d-13) wrong = wrong + 1
    slow4 = a(i)
    one4 = sin(slow4) * exp(-slow4) + log(slow4) * cos(slow4 * 2) + slow4 ** 1.5
    if (abs(b(i) - one4) > 1e-5 * max(1.0, abs(one4))) wrong = wrong + 1
  end do
  print '(i0,a)', wrong, ' wrong'
end program
