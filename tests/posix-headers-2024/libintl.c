#include <libintl.h>
#include "../posix-headers/check.h"

CONSTANTS(
	*bindtextdomain, *bind_textdomain_codeset, *textdomain, *gettext, *gettext_l, *dgettext, *dgettext_l, *dcgettext,
	*dcgettext_l, *ngettext, *ngettext_l, *dngettext, *dngettext_l, *dcngettext, *dcngettext_l)
TYPE(locale_t)
