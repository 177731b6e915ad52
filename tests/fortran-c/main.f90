! Fortran calls C, and C calls Fortran, by iso_c_binding.
module shared
  use, intrinsic :: iso_c_binding
  implicit none
  type, bind(c) :: point
    real(c_double) :: x, y
    integer(c_int) :: id
  end type point
  interface
    real(c_double) function length(p) bind(c)
      import
      type(point), value :: p
    end function length
    integer(c_size_t) function c_strlen(text) bind(c, name='strlen')
      import
      character(kind=c_char), intent(in) :: text(*)
    end function c_strlen
    subroutine sort(values, n, before) bind(c)
      import
      integer(c_int), intent(inout) :: values(*)
      integer(c_int), value :: n
      type(c_funptr), value :: before
    end subroutine sort
    type(c_ptr) function make_array(n) bind(c)
      import
      integer(c_int), value :: n
    end function make_array
    integer(c_int) function sum_of(array) bind(c)
      import
      integer(c_int), intent(in) :: array(:, :)
    end function sum_of
  end interface
  integer(c_int), bind(c) :: counter = 5
contains
  integer(c_int) function descending(a, b) bind(c)
    type(c_ptr), value :: a, b
    integer(c_int), pointer :: left, right
    call c_f_pointer(a, left)
    call c_f_pointer(b, right)
    descending = right - left
  end function descending
end module shared

program interoperable
  use shared
  implicit none
  integer :: failures = 0, i
  integer(c_int) :: values(5) = [3, 1, 4, 1, 5], grid(3, 4)
  integer(c_int), pointer :: array(:)
  call check(length(point(3, 4, 1)) == 5, 'a structure by value')
  call check(counter == 6, 'a shared variable')
  call check(c_strlen('hello' // c_null_char) == 5, 'a string')
  call sort(values, 5, c_funloc(descending))
  call check(all(values == [5, 4, 3, 1, 1]), 'a function of Fortran called by C')
  call c_f_pointer(make_array(10_c_int), array, [10])
  call check(all(array == [(i * i, i = 0, 9)]), 'an array of C')
  grid = reshape([(i, i = 1, 12)], [3, 4])
  call check(sum_of(grid(:, 2:3)) == 39, 'a section by descriptor')
  call check_done
contains
  include 'check.inc'
end program interoperable
