// pthread_exit and cancellation unwind the thread's stack: destructors run, and cleanup handlers of C in
// their turn; catch (...) sees it and must pass it on.
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <cstdint>
#include <string>
#include <unistd.h>

#include "check.h"

namespace {

std::string trail;

struct Note {
	char name;
	~Note() { trail += name; }
};

thread_local Note local{'t'};

void handler(void *name) { trail += *static_cast<char *>(name); }

[[gnu::noinline]] void *leave(int depth)
{
	Note note{char('a' + depth)};
	if (depth == 0) {
		(void)&local;
		pthread_exit(&trail);
	}
	char name = char('A' + depth);
	pthread_cleanup_push(handler, &name);
	leave(depth - 1);
	pthread_cleanup_pop(0);
	trail += '?';
	return nullptr;
}

void *exits(void *) { return leave(2); }

void *catches(void *)
{
	try {
		Note note{'x'};
		pthread_exit(nullptr);
	} catch (...) {
		trail += 'c';
		throw;
	}
	return nullptr;
}

int ends[2];
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
sem_t ready, never;

void waits_read()
{
	char c;
	CHECK(read(ends[0], &c, 1) != 1);
}

void waits_cond()
{
	struct Unlock {
		~Unlock() { CHECK_RC(pthread_mutex_unlock(&mutex), 0); }
	};
	pthread_mutex_lock(&mutex);
	Unlock unlock;
	for (;;)
		pthread_cond_wait(&cond, &mutex);
}

void waits_sem() { sem_wait(&never); }
void waits_test() { for (;;) pthread_testcancel(); }

void *cancelled(void *wait)
{
	Note note{'d'};
	sem_post(&ready);
	reinterpret_cast<void (*)()>(wait)();
	trail += '?';
	return nullptr;
}

std::string run(void *(*start)(void *), void *argument, void *&result, bool cancel)
{
	trail.clear();
	pthread_t thread;
	pthread_create(&thread, nullptr, start, argument);
	if (cancel) {
		sem_wait(&ready);
		CHECK_RC(pthread_cancel(thread), 0);
	}
	CHECK_RC(pthread_join(thread, &result), 0);
	return trail;
}

pthread_once_t once = PTHREAD_ONCE_INIT;
int times;

void throws_once()
{
	if (times++ == 0)
		throw 5;
}

void ends_once()
{
	pthread_exit(nullptr);
}

} // namespace

int main()
{
	void *result;
	sem_init(&ready, 0, 0);
	sem_init(&never, 0, 0);
	REQUIRE(pipe(ends) == 0);

	CHECK(run(exits, nullptr, result, false) == "aBbCct");
	CHECK(result == &trail);
	CHECK(run(catches, nullptr, result, false) == "xc");
	for (void (*wait)() : {waits_read, waits_cond, waits_sem, waits_test}) {
		CHECK(run(cancelled, reinterpret_cast<void *>(wait), result, true) == "d");
		CHECK(result == PTHREAD_CANCELED);
	}

	try {
		pthread_once(&once, throws_once);
		CHECK(false);
	} catch (int n) {
		CHECK_EQ(n, 5);
	}
	CHECK_RC(pthread_once(&once, throws_once), 0);
	CHECK_RC(pthread_once(&once, throws_once), 0);
	CHECK_EQ(times, 2);

	static pthread_once_t other = PTHREAD_ONCE_INIT;
	auto leave_once = [](void *) -> void * {
		Note note{'o'};
		pthread_once(&other, ends_once);
		return nullptr;
	};
	CHECK(run(leave_once, nullptr, result, false) == "o");
	CHECK_RC(pthread_once(&other, [] { trail += '1'; }), 0);
	CHECK(trail == "o1");
	return check_done();
}
