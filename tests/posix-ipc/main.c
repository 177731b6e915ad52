/* XSI message queues, semaphores and shared memory: sys/msg.h, sys/sem.h, sys/shm.h, sys/ipc.h. */
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

struct message {
	long type;
	char text[100];
};

static void keys(void)
{
	key_t key = ftok(".", 'k');
	CHECK(key != -1);
	CHECK_EQ(ftok(".", 'k'), key);
	CHECK(ftok(".", 'l') != key);
	CHECK_ERRNO(ftok("none", 'k'), ENOENT);
	CHECK_ERRNO(msgget(key, 0600), ENOENT);
	int queue = msgget(key, IPC_CREAT | 0640);
	CHECK(queue >= 0);
	CHECK_EQ(msgget(key, 0600), queue);
	CHECK_ERRNO(msgget(key, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
	int other = msgget(IPC_PRIVATE, 0600);
	CHECK(other >= 0 && other != queue);
	CHECK_EQ(msgctl(queue, IPC_RMID, NULL), 0);
	CHECK_EQ(msgctl(other, IPC_RMID, NULL), 0);
	CHECK_ERRNO(msgctl(queue, IPC_RMID, NULL), EINVAL);
	CHECK_ERRNO(msgget(key, 0600), ENOENT);
}

static long length_of(int queue, long type, int flags)
{
	struct message m;
	return msgrcv(queue, &m, sizeof m.text, type, flags);
}

static void messages(void)
{
	int queue = msgget(IPC_PRIVATE, 0600);
	struct message m = { 5, "five" };
	struct msqid_ds about;
	REQUIRE(queue >= 0);
	CHECK_ERRNO(msgsnd(queue, &(struct message){ 0 }, 1, 0), EINVAL);
	CHECK_ERRNO(msgsnd(queue, &m, (size_t)-1, 0), EINVAL);
	CHECK_EQ(msgsnd(queue, &m, 4, 0), 0);
	CHECK_EQ(msgsnd(queue, &(struct message){ 3, "thr" }, 3, 0), 0);
	CHECK_EQ(msgsnd(queue, &(struct message){ 5, "FIFTH" }, 5, 0), 0);
	CHECK_EQ(msgsnd(queue, &(struct message){ 9, "" }, 0, 0), 0);
	CHECK_EQ(msgctl(queue, IPC_STAT, &about), 0);
	CHECK(about.msg_qnum == 4 && about.msg_lspid == getpid() && about.msg_lrpid == 0);
	CHECK(about.msg_stime > 0 && about.msg_rtime == 0 && (about.msg_perm.mode & 0777) == 0600);
	CHECK_ERRNO(length_of(queue, 7, IPC_NOWAIT), ENOMSG);
	/* Too long: it stays, or is cut. */
	CHECK_ERRNO(msgrcv(queue, &m, 2, 5, IPC_NOWAIT), E2BIG);
	CHECK_EQ(msgrcv(queue, &m, 2, 5, MSG_NOERROR), 2);
	CHECK(m.type == 5 && memcmp(m.text, "fi", 2) == 0);
	/* The lowest type up to an amount; another one than this; the first. */
	CHECK_EQ(length_of(queue, -6, 0), 3);
	CHECK_EQ(length_of(queue, 5, MSG_EXCEPT), 0);
	CHECK_EQ(length_of(queue, 0, 0), 5);
	CHECK_EQ(msgctl(queue, IPC_STAT, &about), 0);
	CHECK(about.msg_qnum == 0 && about.msg_lrpid == getpid());
	/* A full queue. */
	about.msg_qbytes = 150;
	about.msg_perm.mode = 0604;
	CHECK_EQ(msgctl(queue, IPC_SET, &about), 0);
	CHECK_EQ(msgsnd(queue, &m, 100, IPC_NOWAIT), 0);
	CHECK_ERRNO(msgsnd(queue, &m, 100, IPC_NOWAIT), EAGAIN);
	CHECK_EQ(msgsnd(queue, &m, 50, IPC_NOWAIT), 0);
	CHECK_EQ(msgctl(queue, IPC_STAT, &about), 0);
	CHECK(about.msg_qbytes == 150 && (about.msg_perm.mode & 0777) == 0604);
	CHECK_ERRNO(msgctl(queue, 999, &about), EINVAL);
	CHECK_EQ(msgctl(queue, IPC_RMID, NULL), 0);
	CHECK_ERRNO(msgsnd(queue, &m, 1, 0), EINVAL);
	CHECK_ERRNO(msgrcv(queue, &m, 1, 0, 0), EINVAL);
}

static int shared_queue, shared_set;

static void *sender(void *arg)
{
	for (long i = 1; i <= 500; i++) {
		struct message m = { i % 3 + 1, "" };
		memcpy(m.text, &i, sizeof i);
		CHECK_EQ(msgsnd(shared_queue, &m, sizeof m.text, 0), 0);
	}
	return arg;
}

static void *receiver(void *arg)
{
	struct message m;
	long type = (long)arg, last = 0, now;
	for (;;) {
		ssize_t length = msgrcv(shared_queue, &m, sizeof m.text, type, 0);
		if (length < 0) {
			CHECK_EQ(errno, EIDRM);
			return (void *)last;
		}
		memcpy(&now, m.text, sizeof now);
		CHECK(length == sizeof m.text && m.type == type && now > last);
		last = now;
	}
}

static void messages_of_threads(void)
{
	pthread_t from, to[3];
	struct msqid_ds about;
	shared_queue = msgget(IPC_PRIVATE, 0600);
	for (long i = 0; i < 3; i++)
		CHECK_RC(pthread_create(&to[i], NULL, receiver, (void *)(i + 1)), 0);
	CHECK_RC(pthread_create(&from, NULL, sender, NULL), 0);
	CHECK_RC(pthread_join(from, NULL), 0);
	do
		CHECK_EQ(msgctl(shared_queue, IPC_STAT, &about), 0);
	while (about.msg_qnum > 0 && usleep(1000) == 0);
	/* Whoever waits is told. */
	usleep(20000);
	CHECK_EQ(msgctl(shared_queue, IPC_RMID, NULL), 0);
	for (int i = 0; i < 3; i++) {
		void *last;
		CHECK_RC(pthread_join(to[i], &last), 0);
		CHECK((long)last >= 498);
	}
}

static int value(int set, int number)
{
	return semctl(set, number, GETVAL);
}

static void semaphores(void)
{
	int set = semget(IPC_PRIVATE, 3, 0600);
	struct semid_ds about;
	unsigned short values[3] = { 5, 6, 7 };
	REQUIRE(set >= 0);
	CHECK_ERRNO(semget(IPC_PRIVATE, 0, 0600), EINVAL);
	CHECK_ERRNO(semget(IPC_PRIVATE, -1, 0600), EINVAL);
	CHECK_EQ(value(set, 0), 0);
	CHECK_EQ(semctl(set, 0, SETALL, (union semun){ .array = values }), 0);
	memset(values, 0, sizeof values);
	CHECK_EQ(semctl(set, 0, GETALL, (union semun){ .array = values }), 0);
	CHECK(values[0] == 5 && values[1] == 6 && values[2] == 7);
	CHECK_EQ(semctl(set, 1, SETVAL, (union semun){ .val = 1 }), 0);
	CHECK_ERRNO(semctl(set, 1, SETVAL, (union semun){ .val = 40000 }), ERANGE);
	CHECK_ERRNO(semctl(set, 3, GETVAL), EINVAL);
	CHECK_ERRNO(semctl(set, 0, 999), EINVAL);
	CHECK_EQ(semctl(set, 0, IPC_STAT, (union semun){ .buf = &about }), 0);
	CHECK(about.sem_nsems == 3 && about.sem_otime == 0 && (about.sem_perm.mode & 0777) == 0600);
	about.sem_perm.mode = 0644;
	CHECK_EQ(semctl(set, 0, IPC_SET, (union semun){ .buf = &about }), 0);
	/* All or nothing. */
	struct sembuf take[2] = { { 0, -2, IPC_NOWAIT }, { 1, -2, IPC_NOWAIT } };
	CHECK_ERRNO(semop(set, take, 2), EAGAIN);
	CHECK_EQ(value(set, 0), 5);
	take[1].sem_op = -1;
	CHECK_EQ(semop(set, take, 2), 0);
	CHECK(value(set, 0) == 3 && value(set, 1) == 0);
	CHECK_EQ(semctl(set, 1, GETPID), getpid());
	/* One after the other: what one gives the next may take. */
	struct sembuf both[2] = { { 1, 4, 0 }, { 1, -4, SEM_UNDO } };
	CHECK_EQ(semop(set, both, 2), 0);
	CHECK_EQ(value(set, 1), 0);
	CHECK_EQ(semop(set, &(struct sembuf){ 1, 0, 0 }, 1), 0);
	CHECK_ERRNO(semop(set, &(struct sembuf){ 0, 0, IPC_NOWAIT }, 1), EAGAIN);
	CHECK_ERRNO(semop(set, &(struct sembuf){ 3, 1, 0 }, 1), EFBIG);
	CHECK_ERRNO(semop(set, &(struct sembuf){ 0, 32767, 0 }, 1), ERANGE);
	CHECK_ERRNO(semop(set, both, 0), EINVAL);
	CHECK_ERRNO(semop(set, both, 100000), E2BIG);
	CHECK_EQ(semctl(set, 0, IPC_STAT, (union semun){ .buf = &about }), 0);
	CHECK(about.sem_otime > 0 && (about.sem_perm.mode & 0777) == 0644);
	/* Not before its time. */
	struct timespec begin, end, wait = { 0, 30000000 };
	clock_gettime(CLOCK_MONOTONIC, &begin);
	CHECK_ERRNO(semtimedop(set, &(struct sembuf){ 1, -1, 0 }, 1, &wait), EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &end);
	CHECK((end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec >= wait.tv_nsec);
	CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
	CHECK_ERRNO(semctl(set, 0, GETVAL), EINVAL);
	key_t key = ftok(".", 's');
	set = semget(key, 2, IPC_CREAT | 0600);
	CHECK_EQ(semget(key, 1, 0600), set);
	CHECK_EQ(semget(key, 0, 0600), set);
	CHECK_ERRNO(semget(key, 3, 0600), EINVAL);
	CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

static long counted;

static void *count(void *arg)
{
	for (int i = 0; i < 300; i++) {
		CHECK_EQ(semop(shared_set, &(struct sembuf){ 0, -1, SEM_UNDO }, 1), 0);
		long seen = counted;
		if (i % 50 == 0)
			sched_yield();
		counted = seen + 1;
		CHECK_EQ(semop(shared_set, &(struct sembuf){ 0, 1, SEM_UNDO }, 1), 0);
	}
	CHECK_EQ(semop(shared_set, &(struct sembuf){ 1, -1, 0 }, 1), 0);
	CHECK_ERRNO(semop(shared_set, &(struct sembuf){ 2, 0, 0 }, 1), EIDRM);
	return arg;
}

static void on_signal(int number)
{
	(void)number;
}

static void *interrupted(void *arg)
{
	CHECK_ERRNO(semop(shared_set, &(struct sembuf){ 0, -1, 0 }, 1), EINTR);
	return arg;
}

static void semaphores_of_threads(void)
{
	pthread_t threads[4], waiter;
	shared_set = semget(IPC_PRIVATE, 3, 0600);
	CHECK_EQ(semctl(shared_set, 0, SETALL, (union semun){ .array = (unsigned short[]){ 1, 4, 1 } }), 0);
	for (int i = 0; i < 4; i++)
		CHECK_RC(pthread_create(&threads[i], NULL, count, NULL), 0);
	CHECK_EQ(semop(shared_set, &(struct sembuf){ 1, 0, 0 }, 1), 0);
	CHECK_EQ(counted, 1200);
	while (semctl(shared_set, 2, GETZCNT) != 4)
		usleep(1000);
	CHECK_EQ(semctl(shared_set, 2, GETNCNT), 0);
	CHECK_EQ(semctl(shared_set, 0, SETVAL, (union semun){ .val = 0 }), 0);
	struct sigaction action = { .sa_handler = on_signal };
	CHECK_EQ(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_RC(pthread_create(&waiter, NULL, interrupted, NULL), 0);
	while (semctl(shared_set, 0, GETNCNT) != 1)
		usleep(1000);
	usleep(10000);
	CHECK_RC(pthread_kill(waiter, SIGUSR1), 0);
	CHECK_RC(pthread_join(waiter, NULL), 0);
	CHECK_EQ(semctl(shared_set, 0, IPC_RMID), 0);
	for (int i = 0; i < 4; i++)
		CHECK_RC(pthread_join(threads[i], NULL), 0);
}

static void memory(void)
{
	key_t key = ftok(".", 'm');
	struct shmid_ds about;
	CHECK_ERRNO(shmget(IPC_PRIVATE, 0, 0600), EINVAL);
	CHECK_ERRNO(shmget(key, 100, 0600), ENOENT);
	int id = shmget(key, 10000, IPC_CREAT | 0600);
	REQUIRE(id >= 0);
	CHECK_EQ(shmget(key, 5000, 0600), id);
	CHECK_ERRNO(shmget(key, 20000, 0600), EINVAL);
	CHECK_ERRNO(shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
	/* Two attachments show the same bytes. */
	char *a = shmat(id, NULL, 0), *b = shmat(id, NULL, SHM_RDONLY);
	REQUIRE(a != (void *)-1 && b != (void *)-1 && a != b);
	CHECK_EQ((uintptr_t)a % SHMLBA, 0);
	CHECK_EQ(a[9999], 0);
	strcpy(a + 5000, "shared");
	CHECK(strcmp(b + 5000, "shared") == 0);
	CHECK_EQ(mprotect(b, 4096, PROT_READ | PROT_WRITE), -1);
	CHECK_EQ(shmctl(id, IPC_STAT, &about), 0);
	CHECK(about.shm_segsz == 10000 && about.shm_nattch == 2 && about.shm_cpid == getpid());
	CHECK(about.shm_lpid == getpid() && about.shm_atime > 0 && about.shm_dtime == 0);
	about.shm_perm.mode = 0640;
	CHECK_EQ(shmctl(id, IPC_SET, &about), 0);
	CHECK_EQ(shmctl(id, IPC_STAT, &about), 0);
	CHECK_EQ(about.shm_perm.mode & 0777, 0640);
	CHECK_EQ(shmdt(b), 0);
	CHECK_ERRNO(shmdt(b), EINVAL);
	CHECK_ERRNO(shmdt(a + 4096), EINVAL);
	/* At an address; not where something is. */
	CHECK(shmat(id, a, 0) == (void *)-1 && errno == EINVAL);
	CHECK(shmat(id, a + 1, 0) == (void *)-1 && errno == EINVAL);
	CHECK_EQ(shmdt(a), 0);
	b = shmat(id, a + 5, SHM_RND);
	CHECK(b == a);
	CHECK(strcmp(b + 5000, "shared") == 0);
	/* Removed: the key is free at once, the memory stays while it is attached. */
	CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
	CHECK_ERRNO(shmget(key, 100, 0600), ENOENT);
	CHECK_EQ(shmctl(id, IPC_STAT, &about), 0);
	CHECK(about.shm_nattch == 1 && about.shm_perm.mode & SHM_DEST);
	CHECK(strcmp(b + 5000, "shared") == 0);
	CHECK_EQ(shmdt(b), 0);
	CHECK_ERRNO(shmctl(id, IPC_STAT, &about), EINVAL);
	CHECK(shmat(id, NULL, 0) == (void *)-1 && errno == EINVAL);
}

int main(void)
{
	keys();
	messages();
	messages_of_threads();
	semaphores();
	semaphores_of_threads();
	memory();
	return check_done();
}
