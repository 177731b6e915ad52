program main
  implicit none
  integer :: nx = 0, ny = 0, status, bytes
  character(len=10) :: name = ''
  namelist /grid/ nx, ny
  namelist /body/ name
  inquire (unit=5, size=bytes)
  if (bytes /= 51) error stop 'size'
  read (5, nml=body)
  rewind (5, iostat=status)
  if (status /= 0) error stop 'rewind'
  read (5, nml=grid)
  print '(a,i0,1x,i0,a,a)', 'sizes ', nx, ny, ' name ', trim(name)
  backspace (5, iostat=status)
  if (status /= 0) error stop 'backspace'
end program main
