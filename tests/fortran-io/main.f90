! Formatted, list-directed, unformatted, direct and stream access; namelists; internal files; inquiries and
! errors of input and output.
program io
  use, intrinsic :: iso_fortran_env
  implicit none
  integer :: failures = 0
  call formatted
  call sequential
  call direct
  call stream
  call lists
  call errors
  call large
  print '(a, i0)', 'to stdout ', 42
  write (error_unit, '(a)') 'to stderr'
  call check_done
contains
  subroutine formatted
    character(80) :: text
    integer :: i, j
    real(real64) :: x
    logical :: l
    character(5) :: word
    write (text, '(i5, f8.3, es12.4, l2, a6, z6, 1x, b4.4)') 42, 3.14159d0, 6.02d23, .true., 'word', 255, 5
    call check(text == '   42   3.142  6.0200E+23 T  word    FF 0101', 'edit descriptors: ' // trim(text))
    write (text, '(3(i0, :, ","))') 1, 2, 3
    call check(text == '1,2,3', 'repetition: ' // trim(text))
    write (text, '(g0)') 0.1d0
    call check(text == '0.10000000000000001', 'g0: ' // trim(text))
    text = '  12 2.5 T hello'
    read (text, *) i, x, l, word
    call check(i == 12 .and. x == 2.5d0 .and. l .and. word == 'hello', 'list-directed read')
    text = '1234'
    read (text, '(i2, i2)') i, j
    call check(i == 12 .and. j == 34, 'fixed fields')
    text = '1,5'
    read (text, '(f3.1)', decimal='comma') x
    call check(x == 1.5d0, 'decimal comma')
    write (text, '(f6.1, sp, i4, dt)', iostat=i) 2.25d0, 3
    call check(text(1:10) == '   2.2  +3', 'rounding and sign: ' // trim(text))
  end subroutine formatted

  subroutine sequential
    integer :: unit, i, n, status
    character(20) :: line
    logical :: l
    real :: values(100), back(100)
    open (newunit=unit, file='sequential.txt', status='replace', action='readwrite')
    do i = 1, 1000
      write (unit, '(i4.4, 1x, a)') i, 'line'
    end do
    rewind unit
    n = 0
    do
      read (unit, '(a)', iostat=status) line
      if (status /= 0) exit
      n = n + 1
    end do
    call check(is_iostat_end(status), 'end of file')
    call check(n == 1000 .and. line == '1000 line', 'all lines')
    backspace unit
    backspace unit
    read (unit, *) i
    call check(i == 1000, 'backspace')
    close (unit, status='delete')
    inquire (file='sequential.txt', exist=l)
    call check(.not. l, 'deleted')
    call random_number(values)
    open (newunit=unit, file='unformatted', form='unformatted', status='replace')
    write (unit) 100, values
    write (unit) 'end'
    rewind unit
    read (unit) n, back
    call check(n == 100 .and. all(back == values), 'unformatted record')
    read (unit) line(1:3)
    call check(line(1:3) == 'end', 'second record')
    close (unit, status='delete')
  end subroutine sequential

  subroutine direct
    integer :: unit, i, n
    open (newunit=unit, file='direct', access='direct', form='unformatted', recl=8, status='replace')
    do i = 20, 1, -1
      write (unit, rec=i) i, i * i
    end do
    read (unit, rec=7) i, n
    call check(i == 7 .and. n == 49, 'direct access')
    read (unit, rec=21, iostat=n) i
    call check(n /= 0, 'a record that is not there')
    close (unit, status='delete')
  end subroutine direct

  subroutine stream
    integer :: unit, i, position
    integer(int8) :: byte
    open (newunit=unit, file='stream', access='stream', form='unformatted', status='replace')
    write (unit) 1, 2, 3
    inquire (unit, pos=position)
    call check(position == 13, 'position')
    read (unit, pos=5) i
    call check(i == 2, 'read at a position')
    write (unit, pos=9) 7_int8
    read (unit, pos=9) byte
    call check(byte == 7_int8, 'write at a position')
    inquire (unit, size=i)
    call check(i == 12, 'size')
    close (unit, status='delete')
  end subroutine stream

  subroutine lists
    integer :: unit, steps = 0, grid(3) = 0
    real :: tolerance = 0
    character(10) :: name = ''
    namelist /settings/ steps, tolerance, name, grid
    character(80) :: records(10)
    open (newunit=unit, status='scratch')
    write (unit, '(a)') '&settings', 'steps = 50, tolerance = 1e-3', 'name = "solver" ! remark', 'grid(2:3) = 2*9 /'
    rewind unit
    read (unit, nml=settings)
    close (unit)
    call check(steps == 50 .and. abs(tolerance - 1e-3) < 1e-9 .and. name == 'solver', 'namelist read')
    call check(all(grid == [0, 9, 9]), 'namelist array')
    write (records, nml=settings, delim='quote')
    call check(any(index(records, 'STEPS=') > 0) .and. any(index(records, '"solver') > 0), 'namelist write')
  end subroutine lists

  subroutine errors
    integer :: unit, status, n
    character(100) :: message
    open (newunit=unit, file='no/such/folder', status='old', iostat=status, iomsg=message)
    call check(status /= 0 .and. index(message, 'No such file or directory') > 0, 'open: ' // trim(message))
    message = 'abc'
    read (message, '(i3)', iostat=status, iomsg=message) n
    call check(status > 0 .and. index(message, 'Bad value') > 0, 'bad integer: ' // trim(message))
    read (999, *, iostat=status) n
    call check(status /= 0, 'unit that is not open')
  end subroutine errors

  ! A derived type that reads and writes itself, and a record longer than any buffer.
  subroutine large
    integer :: unit, i
    integer, allocatable :: numbers(:), back(:)
    numbers = [(i, i = 1, 300000)]
    allocate (back(size(numbers)))
    open (newunit=unit, file='large', form='unformatted', access='stream', status='replace')
    write (unit) numbers
    flush (unit)
    read (unit, pos=1) back
    call check(all(back == numbers), 'a large record')
    close (unit, status='delete')
  end subroutine large

  include 'check.inc'
end program io
