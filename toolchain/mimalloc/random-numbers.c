/* Random numbers for what mimalloc still has them for without its secure mode: the cookies of heaps and where
 * a search among arenas begins. They need to differ, not to be secret, so one counter whose bits
 * are shuffled takes the place of its cipher. */

void _mi_random_init(mi_random_ctx_t *ctx) {
	uint64_t state = _mi_random_shuffle((uintptr_t)ctx ^ (uint64_t)_mi_prim_clock_now());
	ctx->input[0] = (uint32_t)state;
	ctx->input[1] = (uint32_t)(state >> 32);
}

void _mi_random_init_weak(mi_random_ctx_t *ctx) { _mi_random_init(ctx); }

void _mi_random_reinit_if_weak(mi_random_ctx_t *ctx) { (void)ctx; }

uintptr_t _mi_random_next(mi_random_ctx_t *ctx) {
	uint64_t state = ((uint64_t)ctx->input[1] << 32 | ctx->input[0]) + 0x9e3779b97f4a7c15ULL;
	ctx->input[0] = (uint32_t)state;
	ctx->input[1] = (uint32_t)(state >> 32);
	return _mi_random_shuffle(state);
}

void _mi_random_split(mi_random_ctx_t *ctx, mi_random_ctx_t *other) {
	uint64_t state = _mi_random_next(ctx);
	other->input[0] = (uint32_t)state;
	other->input[1] = (uint32_t)(state >> 32);
}
