program main
  use omp_lib
  print '(a, i0)', 'Fortran ', omp_get_max_threads()
end program
