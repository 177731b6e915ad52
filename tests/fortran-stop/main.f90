! How a program ends: stop and error stop with codes and texts, run-time errors with a backtrace that names
! source lines.
program ends
  implicit none
  character(20) :: how
  call get_command_argument(1, how)
  select case (how)
  case ('stop')
    stop 7
  case ('text')
    stop 'all done'
  case ('error')
    error stop 250
  case ('error-text')
    error stop 'no way on'
  case ('quiet')
    error stop 3, quiet=.true.
  case ('runtime')
    call outer(-1)
  case ('bounds')
    call bounds(5)
  case ('end')
    call endless
  end select
contains
  subroutine outer(n)
    integer, intent(in) :: n
    call inner(n)
  end subroutine outer
  subroutine inner(n)
    integer, intent(in) :: n
    integer :: i
    read (n, *) i
    print *, i
  end subroutine inner
  subroutine bounds(n)
    integer, intent(in) :: n
    integer :: a(4)
    a = n
    print *, a(n)
  end subroutine bounds
  subroutine endless
    integer :: i
    read *, i
    print *, i
  end subroutine endless
end program ends
