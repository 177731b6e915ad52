! Coarrays of one image: its number, remote access to itself, synchronisation, reductions and statuses.
program coarray
  use, intrinsic :: iso_fortran_env, only: stat_stopped_image, atomic_int_kind
  implicit none
  type :: box
    real, allocatable :: content(:)
  end type box
  integer :: whole[*], state, total
  integer(atomic_int_kind) :: counter[*], seen
  real, allocatable :: matrix(:, :)[:]
  type(box) :: boxed[*]
  character(len=80) :: message

  print *, this_image(), num_images()
  whole = 7
  sync all
  print *, whole[1], image_index(whole, [1]), lcobound(whole), ucobound(whole)

  allocate (matrix(3, 2)[*], stat=state)
  matrix = 1.5
  matrix(2, :)[1] = [4.0, 5.0]
  print *, state, matrix(:, 2)[this_image()]
  allocate (boxed%content(2))
  boxed%content = [1.0, 2.0]
  print *, boxed[1]%content
  deallocate (matrix)

  total = 21
  call co_sum(total)
  call co_max(total, result_image=1)
  call co_broadcast(total, source_image=1)
  print *, total

  call atomic_define(counter[1], 40)
  call atomic_add(counter[1], 2)
  call atomic_ref(seen, counter[1])
  print *, seen

  critical
    whole = whole + 1
  end critical
  sync images (*, stat=state, errmsg=message)
  print *, whole, state
  error stop 3
end program coarray
