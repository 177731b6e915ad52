/* What is taken and given back with nobody else there. */
#include "measure.h"
#include <pthread.h>
#include <semaphore.h>

int main(int argc, char **argv)
{
	measure_begin(argc, argv);
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
	pthread_mutex_t recursive;
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &attributes);
	sem_t semaphore;
	sem_init(&semaphore, 0, 0);

	MEASURE("mutex lock+unlock", 2000, pthread_mutex_lock(&mutex); pthread_mutex_unlock(&mutex));
	MEASURE("recursive mutex lock+unlock", 2000, pthread_mutex_lock(&recursive);
		pthread_mutex_unlock(&recursive));
	MEASURE("rwlock rdlock+unlock", 2000, pthread_rwlock_rdlock(&rwlock); pthread_rwlock_unlock(&rwlock));
	MEASURE("semaphore post+wait", 2000, sem_post(&semaphore); sem_wait(&semaphore));
	return 0;
}
