/* Adds the numbers in a file, and says what it was given. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

long sum(const long *numbers, int count);

static void *add(void *numbers)
{
	static long total;
	total = sum((long *)numbers + 1, (int)*(long *)numbers);
	return &total;
}

int main(int argc, char **argv)
{
	static long numbers[101];
	FILE *file = fopen(argc > 1 ? argv[1] : "", "r");
	if (!file) {
		perror("no file");
		return 1;
	}
	while (numbers[0] < 100 && fscanf(file, "%ld", &numbers[numbers[0] + 1]) == 1)
		numbers[0]++;
	pthread_t thread;
	void *total;
	if (pthread_create(&thread, NULL, add, numbers) || pthread_join(thread, &total))
		return 2;
	const char *greeting = getenv("SAMPLE_GREETING");
	printf("sum %ld, greeting %s, %d more:", *(long *)total, greeting ? greeting : "none", argc - 2);
	for (int i = 2; i < argc; i++)
		printf(" (%s)", argv[i]);
	puts("");
	return 0;
}
