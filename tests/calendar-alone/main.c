/* localtime() in a program without thread-local variables of its own: what it writes beyond its buffer is what
 * the thread is known by. */
#include <pthread.h>
#include <time.h>

int main(void)
{
	pthread_t self = pthread_self();
	time_t time = 86400;
	struct tm *parts = localtime(&time);
	if (!parts || parts->tm_mday != 2 || parts->tm_gmtoff != 0)
		return 1;
	return pthread_equal(self, pthread_self()) ? 0 : 2;
}
