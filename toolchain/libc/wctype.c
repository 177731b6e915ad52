/* Blanks among the wide characters: those spaces of Unicode that separate words. */
#include <wctype.h>

int iswblank(wint_t character)
{
	return character == ' ' || character == '\t' ||
	       (character >= 0x2000 && character <= 0x200a && character != 0x2007) || character == 0x205f || character == 0x3000;
}

int iswblank_l(wint_t character, locale_t locale)
{
	(void)locale;
	return iswblank(character);
}
