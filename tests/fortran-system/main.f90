! What a program asks of its surroundings: clocks, arguments, environment, files; polymorphism, allocation
! of gigabytes, internal procedures as arguments (which need an executable stack).
module shapes
  implicit none
  type, abstract :: shape
  contains
    procedure(area_of), deferred :: area
  end type shape
  abstract interface
    pure real function area_of(self)
      import shape
      class(shape), intent(in) :: self
    end function area_of
  end interface
  type, extends(shape) :: square
    real :: side
  contains
    procedure :: area => area_of_square
    final :: gone
  end type square
  integer :: finals = 0
contains
  pure real function area_of_square(self)
    class(square), intent(in) :: self
    area_of_square = self%side**2
  end function area_of_square
  subroutine gone(self)
    type(square), intent(inout) :: self
    if (self%side > 0) finals = finals + 1
  end subroutine gone
  real function integral(f, a, b)
    interface
      real function f(x)
        real, intent(in) :: x
      end function f
    end interface
    real, intent(in) :: a, b
    integer :: i
    integral = 0
    do i = 1, 1000
      integral = integral + f(a + (b - a) * (i - 0.5) / 1000) * (b - a) / 1000
    end do
  end function integral
  real function scaled_integral(scale)
    real, intent(in) :: scale
    scaled_integral = integral(scaled, 0.0, 1.0)
  contains
    real function scaled(x)
      real, intent(in) :: x
      scaled = scale * x
    end function scaled
  end function scaled_integral
end module shapes

program system
  use, intrinsic :: iso_fortran_env
  use shapes
  implicit none
  integer :: failures = 0
  call clocks
  call surroundings
  call objects
  call memory
  call check(abs(scaled_integral(3.0) - 1.5) < 1e-4, 'an internal procedure as argument')
  call check_done
contains
  subroutine clocks
    integer :: values(8), later(8)
    integer(int64) :: begin, now, rate
    real :: cpu
    character(10) :: date, time, zone
    call date_and_time(date, time, zone, values)
    call check(values(1) >= 2020 .and. values(2) >= 1 .and. values(2) <= 12 .and. date(5:5) /= ' ', 'date')
    call check(zone(1:1) == '+' .or. zone(1:1) == '-', 'zone')
    call system_clock(begin, rate)
    call check(rate >= 1000, 'rate of the clock')
    do
      call system_clock(now)
      if (now > begin) exit
    end do
    call date_and_time(values=later)
    call cpu_time(cpu)
    call check(cpu >= 0, 'processor time')
  end subroutine clocks

  subroutine surroundings
    character(:), allocatable :: argument
    character(100) :: value
    integer :: length, status
    call check(command_argument_count() == 2, 'number of arguments')
    call get_command_argument(1, length=length)
    allocate (character(length) :: argument)
    call get_command_argument(1, argument)
    call check(argument == 'first one', 'argument: ' // argument)
    call get_command_argument(3, status=status)
    call check(status > 0, 'an argument too many')
    call get_environment_variable('GREETING', value, length, status)
    call check(status == 0 .and. value == 'hello there' .and. length == 11, 'environment: ' // trim(value))
    call get_environment_variable('NO_SUCH_VARIABLE', status=status)
    call check(status == 1, 'a variable that is not set')
    call check(index(compiler_version(), 'GCC') > 0, 'compiler')
  end subroutine surroundings

  subroutine objects
    class(shape), allocatable :: one, other
    type(square), allocatable :: list(:)
    allocate (one, source=square(3.0))
    allocate (other, source=one)
    call check(one%area() == 9.0, 'dynamic dispatch')
    select type (other)
    type is (square)
      other%side = 2
    class default
      call check(.false., 'dynamic type')
    end select
    call check(other%area() == 4.0 .and. same_type_as(one, other), 'copy of an object')
    finals = 0
    deallocate (one)
    call check(finals == 1, 'final procedure')
    list = [square(1.0), square(2.0)]
    call check(size(list) == 2, 'array of objects')
  end subroutine objects

  subroutine memory
    real(real64), allocatable :: big(:)
    integer :: status
    character(100) :: message
    ! Two gigabytes, of which little is touched.
    allocate (big(268435456), stat=status)
    call check(status == 0, 'two gigabytes')
    big(1) = 1
    big(size(big)) = 2
    call check(big(1) + big(size(big)) == 3, 'both ends')
    deallocate (big)
    allocate (big(huge(1_int64) / 16), stat=status, errmsg=message)
    call check(status /= 0 .and. .not. allocated(big), 'far too much: ' // trim(message))
  end subroutine memory

  include 'check.inc'
end program system
