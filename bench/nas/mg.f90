! MG: four V-cycles of a multigrid method for the Poisson equation in a periodic cube.
program mg
  use nas
  implicit none

  integer, parameter :: cycles = 4
  integer, parameter :: log2_sizes(3) = [5, 7, 8]
  real(real64), parameter :: norms(3) = &
       [0.5307707005734e-04_real64, 0.6467329375339e-05_real64, 0.2433365309069e-05_real64]
  ! Weights of a point, of its 6 neighbours that share a face with it, of the 12 at edges, of the 8 at corners.
  real(real64), parameter :: laplacian(0:3) = &
       [-8.0_real64 / 3, 0.0_real64, 1.0_real64 / 6, 1.0_real64 / 12]
  real(real64), parameter :: smoother(0:3) = &
       [-3.0_real64 / 8, 1.0_real64 / 32, -1.0_real64 / 64, 0.0_real64]
  real(real64), parameter :: restriction(0:3) = &
       [0.5_real64, 0.25_real64, 0.125_real64, 0.0625_real64]

  ! Points 1 to n of each dimension; 0 and n + 1 repeat those of the other side.
  type grid
     integer :: n
     real(real64), allocatable :: at(:, :, :)
  end type
  type(grid), allocatable :: u(:), r(:)
  type(grid) :: v
  integer :: class, top, level, cycle_number
  real(real64) :: begin, seconds

  class = nas_class()
  top = log2_sizes(class)
  allocate (u(top), r(top))
  do level = 1, top
     call make(u(level), 2**level)
     call make(r(level), 2**level)
  end do
  call make(v, 2**top)
  call make_charges(v)

  ! Once untimed: memory is backed, threads are there.
  call residual(u(top), r(top), v)
  call v_cycle()
  call clear(u(top))

  begin = nas_seconds()
  call residual(u(top), r(top), v)
  do cycle_number = 1, cycles
     call v_cycle()
     call residual(u(top), r(top), v)
  end do
  seconds = nas_seconds() - begin
  call nas_finish('MG', class, 'norm of the residual', norm(r(top)), norms(class), 1e-8_real64, seconds)

contains

  subroutine make(g, n)
    type(grid), intent(out) :: g
    integer, intent(in) :: n
    g%n = n
    allocate (g%at(0:n + 1, 0:n + 1, 0:n + 1))
    call clear(g)
  end subroutine

  subroutine clear(g)
    type(grid), intent(inout) :: g
    integer :: k
    !$omp parallel do
    do k = 0, g%n + 1
       g%at(:, :, k) = 0
    end do
  end subroutine

  ! +1 at the ten points with the largest random numbers, -1 at the ten with the smallest.
  subroutine make_charges(g)
    type(grid), intent(inout) :: g
    integer :: i, j, k, n, charge, low(3), high(3)
    integer(c_int64_t) :: state
    real(real64), allocatable :: number(:, :, :)
    n = g%n
    allocate (number(n, n, n))
    !$omp parallel do private(state, i, j)
    do k = 1, n
       state = nas_skip(nas_seed, int(k - 1, c_int64_t) * n * n)
       do j = 1, n
          do i = 1, n
             number(i, j, k) = nas_random(state)
          end do
       end do
    end do
    do charge = 1, 10
       high = maxloc(number)
       low = minloc(number)
       g%at(high(1), high(2), high(3)) = 1
       g%at(low(1), low(2), low(3)) = -1
       ! Neither the largest nor the smallest of those that are left.
       number(high(1), high(2), high(3)) = 0.5_real64
       number(low(1), low(2), low(3)) = 0.5_real64
    end do
    call wrap(g)
  end subroutine

  ! Repeats the outermost points on the other side.
  subroutine wrap(g)
    type(grid), intent(inout) :: g
    integer :: n, k
    n = g%n
    !$omp parallel do
    do k = 1, n
       g%at(0, 1:n, k) = g%at(n, 1:n, k)
       g%at(n + 1, 1:n, k) = g%at(1, 1:n, k)
       g%at(:, 0, k) = g%at(:, n, k)
       g%at(:, n + 1, k) = g%at(:, 1, k)
    end do
    g%at(:, :, 0) = g%at(:, :, n)
    g%at(:, :, n + 1) = g%at(:, :, 1)
  end subroutine

  ! Sums of the neighbours of a line of points that lie in the planes across it.
  pure subroutine across(g, j, k, faces, edges)
    type(grid), intent(in) :: g
    integer, intent(in) :: j, k
    real(real64), intent(out) :: faces(0:), edges(0:)
    faces = g%at(:, j - 1, k) + g%at(:, j + 1, k) + g%at(:, j, k - 1) + g%at(:, j, k + 1)
    edges = g%at(:, j - 1, k - 1) + g%at(:, j + 1, k - 1) + g%at(:, j - 1, k + 1) + g%at(:, j + 1, k + 1)
  end subroutine

  ! result = right - A u; without `right`, what result was less A u.
  subroutine residual(u, result, right)
    type(grid), intent(in) :: u
    type(grid), intent(inout) :: result
    type(grid), intent(in), optional :: right
    call add_stencil(u, -laplacian, result, right)
  end subroutine

  ! result = base, or what it was, + weighted neighbourhood of g
  subroutine add_stencil(g, weight, result, base)
    type(grid), intent(in) :: g
    real(real64), intent(in) :: weight(0:3)
    type(grid), intent(inout) :: result
    type(grid), intent(in), optional :: base
    integer :: i, j, k
    real(real64) :: faces(0:g%n + 1), edges(0:g%n + 1)
    !$omp parallel do collapse(2) private(faces, edges, i)
    do k = 1, g%n
       do j = 1, g%n
          if (present(base)) result%at(:, j, k) = base%at(:, j, k)
          call across(g, j, k, faces, edges)
          do i = 1, g%n
             result%at(i, j, k) = result%at(i, j, k) + weight(0) * g%at(i, j, k) &
                  + weight(1) * (g%at(i - 1, j, k) + g%at(i + 1, j, k) + faces(i)) &
                  + weight(2) * (faces(i - 1) + faces(i + 1) + edges(i)) &
                  + weight(3) * (edges(i - 1) + edges(i + 1))
          end do
       end do
    end do
    call wrap(result)
  end subroutine

  subroutine restrict_to(fine, coarse)
    type(grid), intent(in) :: fine
    type(grid), intent(inout) :: coarse
    integer :: i, j, k, m
    real(real64) :: faces(0:fine%n + 1), edges(0:fine%n + 1)
    !$omp parallel do collapse(2) private(faces, edges, i, m)
    do k = 1, coarse%n
       do j = 1, coarse%n
          call across(fine, 2 * j, 2 * k, faces, edges)
          do i = 1, coarse%n
             m = 2 * i
             coarse%at(i, j, k) = restriction(0) * fine%at(m, 2 * j, 2 * k) &
                  + restriction(1) * (fine%at(m - 1, 2 * j, 2 * k) + fine%at(m + 1, 2 * j, 2 * k) + faces(m)) &
                  + restriction(2) * (faces(m - 1) + faces(m + 1) + edges(m)) &
                  + restriction(3) * (edges(m - 1) + edges(m + 1))
          end do
       end do
    end do
    call wrap(coarse)
  end subroutine

  ! Adds the coarse grid's values, interpolated linearly, to the fine grid.
  subroutine interpolate(coarse, fine)
    type(grid), intent(in) :: coarse
    type(grid), intent(inout) :: fine
    integer :: i, j, k, j0, j1, k0, k1
    real(real64) :: line(0:coarse%n + 1)
    !$omp parallel do collapse(2) private(line, i, j0, j1, k0, k1)
    do k = 1, fine%n
       do j = 1, fine%n
          ! An even point lies on a coarse one, an odd one between two.
          j0 = j / 2
          j1 = (j + 1) / 2
          k0 = k / 2
          k1 = (k + 1) / 2
          line = 0.25_real64 * (coarse%at(:, j0, k0) + coarse%at(:, j1, k0) &
               + coarse%at(:, j0, k1) + coarse%at(:, j1, k1))
          do i = 1, coarse%n
             fine%at(2 * i - 1, j, k) = fine%at(2 * i - 1, j, k) + 0.5_real64 * (line(i - 1) + line(i))
             fine%at(2 * i, j, k) = fine%at(2 * i, j, k) + line(i)
          end do
       end do
    end do
    call wrap(fine)
  end subroutine

  subroutine v_cycle()
    integer :: l
    do l = top, 2, -1
       call restrict_to(r(l), r(l - 1))
    end do
    call clear(u(1))
    call add_stencil(r(1), smoother, u(1))
    do l = 2, top
       if (l < top) call clear(u(l))
       call interpolate(u(l - 1), u(l))
       if (l < top) then
          call residual(u(l), r(l))
       else
          call residual(u(l), r(l), v)
       end if
       call add_stencil(r(l), smoother, u(l))
    end do
  end subroutine

  function norm(g)
    type(grid), intent(in) :: g
    real(real64) :: norm, sum
    integer :: k
    sum = 0
    !$omp parallel do reduction(+ : sum)
    do k = 1, g%n
       sum = sum + sum_of_squares(g%at(1:g%n, 1:g%n, k))
    end do
    norm = sqrt(sum / real(g%n, real64)**3)
  end function

  pure function sum_of_squares(plane) result(squares)
    real(real64), intent(in) :: plane(:, :)
    real(real64) :: squares
    squares = sum(plane**2)
  end function

end program
