/* Headers of a program's own that wrap the system's, as gnulib's do. <stdlib.h> leads to <sys/types.h>, and with
 * extensions that leads to <sys/select.h>, which is the program's. */
#include <stdlib.h>

#include <pthread.h>
#include <sys/select.h>

#include "check.h"

int time_first(void), signal_first(void);

int main(void) {
	struct sigevent event = { .sigev_notify_attributes = NULL };
	pthread_attr_t *attributes = event.sigev_notify_attributes;
	CHECK(attributes == NULL);
	struct timespec none = { 0 };
	sigset_t signals;
	CHECK(sigemptyset(&signals) == 0);
	CHECK_EQ(pselect(0, NULL, NULL, NULL, &none, &signals), 0);
	CHECK_EQ(time_first(), 0);
	CHECK_EQ(signal_first(), 0);
	return check_done();
}
