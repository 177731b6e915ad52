/* The other files are the test: they compile. `*` before a function, because they do not call it (docs/posix.tsv has who
 * does). */
void take(int first, ...)
{
	(void)first;
}

int main(void)
{
	return 0;
}
