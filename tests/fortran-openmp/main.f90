! OpenMP in Fortran, by way of the module omp_lib: loops, reductions, tasks, locks, thread-private data,
! array sections, and that what it declares is what libgomp has.
program openmp
  use omp_lib
  use, intrinsic :: iso_fortran_env
  implicit none
  integer :: failures = 0
  integer, parameter :: n = 1000
  integer, save :: own = 0
  !$omp threadprivate(own)
  integer :: i, threads, total, hits(0:63)
  integer(omp_lock_kind) :: lock
  integer(omp_nest_lock_kind) :: nested
  real(real64) :: a(n), b(n), x, began
  integer(omp_sched_kind) :: kind
  call check(openmp_version >= 201511, 'version')
  began = omp_get_wtime()
  threads = 0
  hits = 0
  !$omp parallel num_threads(4) default(shared)
  !$omp single
  threads = omp_get_num_threads()
  !$omp end single
  hits(omp_get_thread_num()) = hits(omp_get_thread_num()) + 1
  !$omp end parallel
  call check(threads == 4 .and. all(hits(0:3) == 1), 'threads')
  !$omp parallel do schedule(dynamic, 7)
  do i = 1, n
    a(i) = i
    b(i) = 2 * i
  end do
  x = 0
  !$omp parallel do simd reduction(+:x) schedule(static)
  do i = 1, n
    x = x + a(i) * b(i)
  end do
  call check(x == 2 * n * (n + 1d0) * (2 * n + 1) / 6, 'reduction')
  !$omp parallel workshare
  a = a + b
  !$omp end parallel workshare
  call check(sum(a) == 3 * n * (n + 1d0) / 2, 'workshare')
  total = 0
  call omp_init_lock(lock)
  call omp_init_nest_lock(nested)
  !$omp parallel do
  do i = 1, n
    call omp_set_lock(lock)
    call omp_set_nest_lock(nested)
    call omp_set_nest_lock(nested)
    total = total + 1
    call omp_unset_nest_lock(nested)
    call omp_unset_nest_lock(nested)
    call omp_unset_lock(lock)
  end do
  call omp_destroy_nest_lock(nested)
  call omp_destroy_lock(lock)
  call check(total == n, 'locks')
  !$omp parallel
  !$omp single
  total = fib(18)
  !$omp end single
  !$omp end parallel
  call check(total == 2584, 'tasks')
  !$omp parallel copyin(own) num_threads(3)
  own = omp_get_thread_num() + 1
  !$omp barrier
  if (own /= omp_get_thread_num() + 1) then
    !$omp atomic
    total = total + 1
  end if
  !$omp end parallel
  call check(total == 2584, 'thread-private')
  call omp_set_schedule(omp_sched_guided, 5)
  call omp_get_schedule(kind, i)
  call check(kind == omp_sched_guided .and. i == 5, 'schedule')
  call check(omp_get_wtime() >= began .and. omp_get_wtick() > 0, 'time')
  call check(omp_get_num_devices() == 0 .and. omp_get_num_procs() >= 1, 'devices')
  call check_done
contains
  recursive integer function fib(k) result(f)
    integer, value :: k
    integer :: left, right
    if (k < 2) then
      f = k
      return
    end if
    !$omp task shared(left) if (k > 8)
    left = fib(k - 1)
    !$omp end task
    !$omp task shared(right) if (k > 8)
    right = fib(k - 2)
    !$omp end task
    !$omp taskwait
    f = left + right
  end function fib
  include 'check.inc'
end program openmp
