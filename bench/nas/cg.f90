! CG: the smallest eigenvalue of a sparse matrix with a random pattern, by inverse iteration whose linear
! systems are solved by 25 steps of the conjugate gradient method.
program cg
  use nas
  implicit none

  integer, parameter :: steps = 15, cg_steps = 25
  real(real64), parameter :: condition = 0.1_real64
  integer, parameter :: sizes(3) = [1400, 7000, 14000], nonzeros(3) = [7, 8, 11]
  real(real64), parameter :: shifts(3) = [10, 12, 20]
  real(real64), parameter :: results(3) = &
       [8.5971775078648_real64, 10.362595087124_real64, 17.130235054029_real64]

  integer :: class, n, step
  integer, allocatable :: first(:), column(:)
  real(real64), allocatable :: entry(:), x(:), z(:), p(:), q(:), r(:)
  real(real64) :: zeta, residual, begin, seconds

  class = nas_class()
  n = sizes(class)
  call make_matrix(nonzeros(class), shifts(class))
  allocate (x(n), z(n), p(n), q(n), r(n))

  ! Once untimed: memory is backed, threads are there.
  x = 1
  call solve()

  x = 1
  begin = nas_seconds()
  do step = 1, steps
     call solve()
     zeta = shifts(class) + 1 / dot(x, z)
     call scale_z()
  end do
  seconds = nas_seconds() - begin
  if (residual > 1e-10_real64) print *, 'the last residual is ', residual
  call nas_finish('CG', class, 'zeta', zeta, results(class), 1e-10_real64, seconds)

contains

  ! z such that A z is nearly x.
  subroutine solve()
    integer :: i, iteration
    real(real64) :: rho, rho_before, alpha, beta
    !$omp parallel do
    do i = 1, n
       z(i) = 0
       r(i) = x(i)
       p(i) = x(i)
    end do
    rho = dot(r, r)
    do iteration = 1, cg_steps
       call multiply(p, q)
       alpha = rho / dot(p, q)
       rho_before = rho
       !$omp parallel do
       do i = 1, n
          z(i) = z(i) + alpha * p(i)
          r(i) = r(i) - alpha * q(i)
       end do
       rho = dot(r, r)
       beta = rho / rho_before
       !$omp parallel do
       do i = 1, n
          p(i) = r(i) + beta * p(i)
       end do
    end do
    call multiply(z, r)
    residual = 0
    !$omp parallel do reduction(+ : residual)
    do i = 1, n
       residual = residual + (x(i) - r(i))**2
    end do
    residual = sqrt(residual)
  end subroutine

  ! x becomes z of length 1.
  subroutine scale_z()
    integer :: i
    real(real64) :: length
    length = sqrt(dot(z, z))
    !$omp parallel do
    do i = 1, n
       x(i) = z(i) / length
    end do
  end subroutine

  function dot(a, b) result(sum)
    real(real64), intent(in) :: a(:), b(:)
    real(real64) :: sum
    integer :: i
    sum = 0
    !$omp parallel do reduction(+ : sum)
    do i = 1, n
       sum = sum + a(i) * b(i)
    end do
  end function

  subroutine multiply(vector, product)
    real(real64), intent(in) :: vector(:)
    real(real64), intent(out) :: product(:)
    integer :: i, k
    real(real64) :: sum
    !$omp parallel do private(sum, k)
    do i = 1, n
       sum = 0
       do k = first(i), first(i + 1) - 1
          sum = sum + entry(k) * vector(column(k))
       end do
       product(i) = sum
    end do
  end subroutine

  ! A is the sum over i of w_i v_i v_i', whose weights fall from 1 to `condition`, plus condition - shift
  ! on the diagonal. v_i has `nonzero` random elements, and 1/2 at i.
  subroutine make_matrix(nonzero, shift)
    integer, intent(in) :: nonzero
    real(real64), intent(in) :: shift
    integer, allocatable :: place(:, :), length(:), users(:), user(:)
    real(real64), allocatable :: element(:, :), row(:)
    logical, allocatable :: used(:)
    integer, allocatable :: list(:)
    integer(c_int64_t) :: state
    integer :: i, j, k, v, pass, found, bits
    real(real64) :: value, ignored, weight

    allocate (place(nonzero + 1, n), element(nonzero + 1, n), length(n), users(n + 1))
    bits = 1
    do while (bits < n)
       bits = bits * 2
    end do
    state = nas_seed
    ignored = nas_random(state)
    users = 0
    do v = 1, n
       k = 0
       do while (k < nonzero)
          value = nas_random(state)
          i = int(nas_random(state) * bits) + 1
          if (i > n) cycle
          if (any(place(:k, v) == i)) cycle
          k = k + 1
          place(k, v) = i
          element(k, v) = value
       end do
       j = findloc(place(:k, v), v, dim=1)
       if (j == 0) then
          k = k + 1
          j = k
       end if
       place(j, v) = v
       element(j, v) = 0.5_real64
       length(v) = k
       users(place(:k, v)) = users(place(:k, v)) + 1
    end do

    ! user(users(i):users(i + 1) - 1): the vectors that have an element at i.
    k = 1
    do i = 1, n + 1
       j = users(i)
       users(i) = k
       k = k + j
    end do
    allocate (user(users(n + 1) - 1))
    do v = n, 1, -1
       do k = 1, length(v)
          i = place(k, v)
          user(users(i + 1) - 1) = v
          users(i + 1) = users(i + 1) - 1
       end do
    end do
    users(:n) = users(2:)
    users(n + 1) = size(user) + 1

    ! Rows are counted, then filled.
    allocate (first(n + 1))
    do pass = 1, 2
       !$omp parallel private(row, used, list, found, k, v, j, weight)
       allocate (row(n), used(n), list(n))
       row = 0
       used = .false.
       !$omp do schedule(dynamic, 64)
       do i = 1, n
          found = 0
          do k = users(i), users(i + 1) - 1
             v = user(k)
             weight = condition**(real(v - 1, real64) / n) &
                  * element(findloc(place(:length(v), v), i, dim=1), v)
             do j = 1, length(v)
                if (.not. used(place(j, v))) then
                   found = found + 1
                   list(found) = place(j, v)
                   used(place(j, v)) = .true.
                end if
                row(place(j, v)) = row(place(j, v)) + weight * element(j, v)
             end do
          end do
          row(i) = row(i) + condition - shift
          if (pass == 1) then
             first(i) = found
          else
             column(first(i):first(i) + found - 1) = list(:found)
             entry(first(i):first(i) + found - 1) = row(list(:found))
          end if
          row(list(:found)) = 0
          used(list(:found)) = .false.
       end do
       !$omp end parallel
       if (pass == 2) exit
       k = 1
       do i = 1, n
          j = first(i)
          first(i) = k
          k = k + j
       end do
       first(n + 1) = k
       allocate (column(k - 1), entry(k - 1))
    end do
  end subroutine

end program
