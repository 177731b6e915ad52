/* What the scanf() family's files share: the characters of a field. */
#include <stdio.h>
#include <wchar.h>

#define INLINE static inline __attribute__((always_inline))

/* No character: the input's end, and the field's. */
enum { END = -1, NONE = -2 };

/* What is read: a stream or a text, of bytes or of wide characters. `width` is how many the field may still have. */
struct input {
	FILE		*file;
	int		wide, text;
	long long	count, width;
};

/* How a conversion or a directive ended. */
enum outcome { MATCHED, NO_MATCH, NO_INPUT, FAILED };

enum size { CHAR, SHORT, INT, LONG, LONG_LONG };

struct conversion {
	int		suppressed, allocates;
	enum size	size;
	int		letter;
	void		*to;
};

INLINE int get(struct input *in)
{
	FILE *file = in->file;
	int character;
	if (in->wide && in->text) {
		if (file->_r < (int)sizeof(wchar_t))
			return END;
		character = (int)*(wchar_t *)file->_p;
		file->_p += sizeof(wchar_t);
		file->_r -= (int)sizeof(wchar_t);
	} else if (in->wide) {
		character = (int)fgetwc(file);
	} else if (file->_r > 0) {
		file->_r--;
		character = *file->_p++;
	} else {
		character = in->text ? END : __srget_r(_REENT, file);
	}
	in->count += character != END;
	return character;
}

INLINE void unget(struct input *in, int character)
{
	if (character < 0)
		return;
	in->count--;
	if (in->text) {
		int size = in->wide ? (int)sizeof(wchar_t) : 1;
		in->file->_p -= size;
		in->file->_r += size;
	} else if (in->wide) {
		ungetwc((wint_t)character, in->file);
	} else {
		ungetc(character, in->file);
	}
}

/* The next character of the field. */
INLINE int take(struct input *in)
{
	if (in->width == 0)
		return NONE;
	in->width--;
	return get(in);
}

/* An integer of this base, 0 for what its first digits say. */
enum outcome __scan_integer(struct input *, const struct conversion *, int base, int is_signed);
/* A number with a point. */
enum outcome __scan_float(struct input *, const struct conversion *, int is_long_double);
/* Where an integer goes. */
void __scan_store(const struct conversion *, unsigned long long);
