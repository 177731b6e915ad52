/* Long double mathematics against identities and values known to more digits than a double has. */
#include "check.h"
#include <complex.h>
#include <float.h>
#include <math.h>

/* Within `ulps` units of the last place of long double. */
static int near(long double value, long double wanted, int ulps)
{
	if (value == wanted)
		return 1;
	long double difference = fabsl(value - wanted), unit = fabsl(wanted) * LDBL_EPSILON;
	if (difference <= ulps * unit)
		return 1;
	fprintf(stderr, "%.21Lg is not %.21Lg (%.1Lf ulps)\n", value, wanted, difference / unit);
	return 0;
}

int main(void)
{
	CHECK_EQ(LDBL_MANT_DIG, 64);
	CHECK(near(sinl(1), 0.841470984807896506652502321630298999623L, 2));
	CHECK(near(cosl(1), 0.540302305868139717400936607442976603733L, 2));
	CHECK(near(tanl(1), 1.557407724654902230506974807458360173087L, 2));
	CHECK(near(expl(1), 2.718281828459045235360287471352662497757L, 2));
	CHECK(near(logl(10), 2.302585092994045684017991454684364207601L, 2));
	CHECK(near(log2l(10), 3.321928094887362347870319429489390175865L, 2));
	CHECK(near(log10l(2), 0.301029995663981195213738894724493026768L, 2));
	CHECK(near(powl(2, 0.5L), 1.414213562373095048801688724209698078570L, 2));
	CHECK(near(sqrtl(2), 1.414213562373095048801688724209698078570L, 1));
	CHECK(near(cbrtl(3), 1.442249570307408382321638310780109588392L, 2));
	CHECK(near(atanl(1) * 4, 3.141592653589793238462643383279502884197L, 2));
	CHECK(near(atan2l(1, -1), 2.356194490192344928846982537459627163148L, 2));
	CHECK(near(asinl(0.5L), 0.523598775598298873077107230546583814033L, 2));
	CHECK(near(acosl(0.5L), 1.047197551196597746154214461093167628066L, 2));
	CHECK(near(sinhl(1), 1.175201193643801456882381850595600815155L, 3));
	CHECK(near(coshl(1), 1.543080634815243778477905620757061682602L, 3));
	CHECK(near(tanhl(1), 0.761594155955764888119458282604793590413L, 3));
	CHECK(near(erfl(1), 0.842700792949714869341220635082609259296L, 3));
	CHECK(near(lgammal(10), 12.80182748008146961120771787456670616428L, 3));
	CHECK(near(tgammal(5), 24, 4));
	CHECK(near(hypotl(3, 4), 5, 1));
	CHECK(near(fmal(2, 3, 4), 10, 0));
	CHECK(near(expm1l(1e-10L), 1.00000000005000000000166666666671e-10L, 3));
	CHECK(near(log1pl(1e-10L), 9.9999999995000000000333333333308e-11L, 3));
	CHECK(floorl(-1.5L) == -2 && ceill(-1.5L) == -1 && truncl(-1.5L) == -1 && roundl(-1.5L) == -2);
	CHECK(fmodl(7, 3) == 1 && remainderl(7, 4) == -1);
	int exponent;
	CHECK(frexpl(8, &exponent) == 0.5L && exponent == 4);
	CHECK(ldexpl(0.5L, 16383) == 0x1p16382L);
	CHECK(nextafterl(1, 2) == 1 + LDBL_EPSILON);
	CHECK(isnan(sqrtl(-1)) && isinf(expl(20000)) && expl(-20000) == 0);
	CHECK(cabsl(3 + 4 * I) == 5);
	CHECK(lrintl(2.5L) == 2 && llroundl(2.5L) == 3);
	volatile long double one = 1;
	CHECK(one / 3 * 3 == 1);
	CHECK(one + LDBL_EPSILON > 1);
	return check_done();
}
