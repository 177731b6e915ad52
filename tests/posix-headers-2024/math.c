#include <math.h>
#include "../posix-headers/check.h"

CONSTANTS(
	M_E, M_EGAMMA, M_LOG2E, M_LOG10E, M_LN2, M_LN10, M_PHI, M_PI, M_PI_2, M_PI_4, M_1_PI, M_1_SQRTPI, M_2_PI,
	M_2_SQRTPI, M_SQRT2, M_SQRT3, M_SQRT1_2, M_SQRT1_3, M_El, M_EGAMMAl, M_LOG2El, M_LOG10El, M_LN2l, M_LN10l,
	M_PHIl, M_PIl, M_PI_2l, M_PI_4l, M_1_PIl, M_1_SQRTPIl, M_2_PIl, M_2_SQRTPIl, M_SQRT2l, M_SQRT3l, M_SQRT1_2l,
	M_SQRT1_3l)
