! Solves A x = b by conjugate gradients with OpenMP. A is symmetric and positive definite, read from a file in
! the Matrix Market format; b is such that the solution is all ones.
!
!     hermit-run --cpus 4 --mount ~/matrices:/matrices ./cg /matrices/poisson12.mtx
module matrix_market
  use, intrinsic :: iso_fortran_env, only: real64, iostat_end
  implicit none
  ! Compressed rows.
  type :: sparse
    integer :: n = 0
    integer, allocatable :: start(:), column(:)
    real(real64), allocatable :: value(:)
  end type sparse
contains
  ! Reads `matrix coordinate real symmetric`: one triangle.
  subroutine read_matrix(file, a, error)
    character(*), intent(in) :: file
    type(sparse), intent(out) :: a
    character(:), allocatable, intent(out) :: error
    character(200) :: line, message
    integer :: unit, status, rows, columns, entries, k, i, j
    integer, allocatable :: row(:), column(:), place(:)
    real(real64), allocatable :: value(:)

    open (newunit=unit, file=file, status='old', action='read', iostat=status, iomsg=message)
    if (status /= 0) then
      error = trim(message)
      return
    end if
    read (unit, '(a)', iostat=status) line
    if (status /= 0 .or. line /= '%%MatrixMarket matrix coordinate real symmetric') then
      error = file // ': not a real symmetric matrix in coordinates'
      return
    end if
    do
      read (unit, '(a)', iostat=status) line
      if (status /= 0 .or. line(1:1) /= '%') exit
    end do
    if (status == 0) read (line, *, iostat=status) rows, columns, entries
    if (status /= 0 .or. rows /= columns) then
      error = file // ': no size of a square matrix'
      return
    end if
    allocate (row(entries), column(entries), value(entries))
    do k = 1, entries
      read (unit, *, iostat=status, iomsg=message) row(k), column(k), value(k)
      if (status /= 0) then
        error = file // ': ' // trim(message)
        return
      end if
    end do
    close (unit)

    ! Both triangles, sorted by rows.
    a%n = rows
    allocate (a%start(rows + 1), source=0)
    do k = 1, entries
      a%start(row(k)) = a%start(row(k)) + 1
      if (row(k) /= column(k)) a%start(column(k)) = a%start(column(k)) + 1
    end do
    place = [(sum(a%start(:i - 1)) + 1, i = 1, rows + 1)]
    a%start = place
    allocate (a%column(place(rows + 1) - 1), a%value(place(rows + 1) - 1))
    do k = 1, entries
      i = row(k)
      j = column(k)
      call put(i, j, value(k))
      if (i /= j) call put(j, i, value(k))
    end do
  contains
    subroutine put(i, j, x)
      integer, intent(in) :: i, j
      real(real64), intent(in) :: x
      a%column(place(i)) = j
      a%value(place(i)) = x
      place(i) = place(i) + 1
    end subroutine put
  end subroutine read_matrix

  ! y = A x
  subroutine multiply(a, x, y)
    type(sparse), intent(in) :: a
    real(real64), intent(in) :: x(:)
    real(real64), intent(out) :: y(:)
    integer :: i, k
    real(real64) :: s
    !$omp parallel do private(k, s) schedule(static)
    do i = 1, a%n
      s = 0
      do k = a%start(i), a%start(i + 1) - 1
        s = s + a%value(k) * x(a%column(k))
      end do
      y(i) = s
    end do
  end subroutine multiply

  real(real64) function dot(x, y)
    real(real64), intent(in) :: x(:), y(:)
    integer :: i
    dot = 0
    !$omp parallel do reduction(+:dot) schedule(static)
    do i = 1, size(x)
      dot = dot + x(i) * y(i)
    end do
  end function dot
end module matrix_market

program cg
  use, intrinsic :: iso_fortran_env, only: real64, error_unit
  use omp_lib, only: omp_get_max_threads
  use matrix_market
  implicit none
  type(sparse) :: a
  real(real64), allocatable :: b(:), x(:), r(:), p(:), q(:)
  real(real64) :: rho, before, alpha, residual
  character(:), allocatable :: error
  character(1000) :: file
  integer :: steps

  if (command_argument_count() /= 1) then
    write (error_unit, '(a)') 'usage: cg MATRIX'
    stop 2, quiet=.true.
  end if
  call get_command_argument(1, file)
  call read_matrix(trim(file), a, error)
  if (allocated(error)) then
    write (error_unit, '(a)') 'cg: ' // error
    stop 1, quiet=.true.
  end if
  print '(i0, a, i0, a, i0, a)', a%n, ' unknowns, ', size(a%value), ' entries, ', omp_get_max_threads(), ' threads'

  allocate (b(a%n), x(a%n), r(a%n), q(a%n))
  x = 1
  call multiply(a, x, b)
  x = 0
  r = b
  p = r
  rho = dot(r, r)
  do steps = 1, 10 * a%n
    call multiply(a, p, q)
    alpha = rho / dot(p, q)
    !$omp parallel workshare
    x = x + alpha * p
    r = r - alpha * q
    !$omp end parallel workshare
    before = rho
    rho = dot(r, r)
    if (rho <= 1d-24 * dot(b, b)) exit
    p = r + rho / before * p
  end do

  ! The residual itself, not the one that the iteration keeps.
  call multiply(a, x, q)
  residual = sqrt(dot(b - q, b - q) / dot(b, b))
  if (residual > 1d-11 .or. maxval(abs(x - 1)) > 1d-8) then
    print '(a, i0, a, es8.1)', 'not solved in ', steps, ' steps, residual ', residual
    stop 1, quiet=.true.
  end if
  print '(a)', 'solved: relative residual below 1e-11'
end program cg
