! nas.h for Fortran.
module nas
  use, intrinsic :: iso_c_binding
  use, intrinsic :: iso_fortran_env, only: error_unit
  implicit none
  private :: c_agrees, c_report, error_unit

  integer, parameter :: real64 = c_double
  integer(c_int64_t), parameter :: nas_seed = 314159265_c_int64_t

  interface
     ! The next random number of a state.
     function nas_random(state) bind(C, name='nas_random_next')
       import
       integer(c_int64_t), intent(inout) :: state
       real(c_double) :: nas_random
     end function
     ! The state `count` steps after.
     function nas_skip(state, count) bind(C)
       import
       integer(c_int64_t), value :: state, count
       integer(c_int64_t) :: nas_skip
     end function
     function nas_seconds() bind(C)
       import
       real(c_double) :: nas_seconds
     end function
     function c_agrees(what, got, wanted, error) bind(C, name='nas_agrees')
       import
       character(kind=c_char), intent(in) :: what(*)
       real(c_double), value :: got, wanted, error
       integer(c_int) :: c_agrees
     end function
     function c_report(name, class, verified, seconds) bind(C, name='nas_report')
       import
       character(kind=c_char), intent(in) :: name(*)
       integer(c_int), value :: class, verified
       real(c_double), value :: seconds
       integer(c_int) :: c_report
     end function
  end interface

contains

  ! The class, the last argument: 1, 2, 3 for S, W, A.
  function nas_class() result(class)
    integer :: class
    character(len=8) :: word
    call get_command_argument(command_argument_count(), word)
    class = index('SWA', trim(word))
    if (len_trim(word) /= 1 .or. class == 0) then
       write (error_unit, '(a)') 'the last argument is a class: S, W or A'
       stop 2
    end if
  end function

  ! Says the result and ends the program.
  subroutine nas_finish(name, class, what, got, wanted, error, seconds)
    character(len=*), intent(in) :: name, what
    integer, intent(in) :: class
    real(real64), intent(in) :: got, wanted, error, seconds
    integer(c_int) :: verified
    verified = c_agrees(what // c_null_char, got, wanted, error)
    stop c_report(name // c_null_char, class - 1, verified, seconds), quiet=.true.
  end subroutine

end module
