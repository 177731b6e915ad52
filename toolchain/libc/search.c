/* <search.h>: linear search and linked queues. */
#define _GNU_SOURCE
#include <search.h>
#include <string.h>

void *lfind(const void *key, const void *base, size_t *count, size_t width,
	int (*compare)(const void *, const void *)) {
	const char *element = base;
	for (size_t left = *count; left > 0; left--, element += width)
		if (compare(key, element) == 0)
			return (void *)element;
	return NULL;
}

void *lsearch(const void *key, void *base, size_t *count, size_t width,
	int (*compare)(const void *, const void *)) {
	void *found = lfind(key, base, count, width, compare);
	return found ? found : memcpy((char *)base + (*count)++ * width, key, width);
}

void insque(void *element, void *before) {
	struct qelem *new = element, *last = before;
	new->q_back = last;
	new->q_forw = last ? last->q_forw : NULL;
	if (last)
		last->q_forw = new;
	if (new->q_forw)
		new->q_forw->q_back = new;
}

void remque(void *element) {
	struct qelem *old = element;
	if (old->q_forw)
		old->q_forw->q_back = old->q_back;
	if (old->q_back)
		old->q_back->q_forw = old->q_forw;
}

/* What newlib's tsearch() makes its trees of. */
struct tree {
	void		*key;
	struct tree	*left, *right;
};

void twalk_r(const void *root, void (*visit)(const void *, VISIT, void *), void *data) {
	const struct tree *node = root;
	if (!node)
		return;
	if (!node->left && !node->right) {
		visit(node, leaf, data);
		return;
	}
	visit(node, preorder, data);
	twalk_r(node->left, visit, data);
	visit(node, postorder, data);
	twalk_r(node->right, visit, data);
	visit(node, endorder, data);
}
