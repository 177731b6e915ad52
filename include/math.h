/* newlib's math.h, without its macro `log2`: a quotient of natural logarithms, which is not even exact for powers
 * of two. */
#include_next <math.h>
#undef log2
