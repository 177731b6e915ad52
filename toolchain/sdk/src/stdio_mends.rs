//! Faults of newlib's stdio that are corrected in its source before it is built.

use crate::newlib::Mend;

/// Each text must be there.
pub const STDIO: &[Mend] = &[
    // After `%n$` come flags, a width (perhaps `*m$`) and a precision; without them the types of the arguments
    // were not seen.
    (
        &["stdio/vfprintf.c"],
        "/* WDIG  */  { DONE,    DONE,    WIDTH,  SMOD,",
        "/* WDIG  */  { DONE,    DONE,    SFLAG,  SMOD,",
    ),
    (
        &["stdio/vfprintf.c"],
        "chtype = __chclass[ch];",
        "if (ch == '\\0')\n\t    {\n\t      --fmt;\n\t      break;\n\t    }\n\t  chtype = __chclass[(unsigned char) ch];",
    ),
    (
        &["stdio/vfwprintf.c"],
        "break;\n      state = START;",
        "break;\n      ++fmt;\n      state = START;",
    ),
    (
        &["stdio/vfwprintf.c"],
        "chtype = ch < (wchar_t) 256 ?",
        "if (ch == L'\\0')\n\t    {\n\t      --fmt;\n\t      break;\n\t    }\n\t  chtype = (wint_t) ch < 256 ?",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "number = number * 10 + (ch - '0');\n\t\t  ++fmt;\n\t\t}\n",
        "if (number <= MAX_POS_ARGS)\n\t\t    number = number * 10 + (ch - '0');\n\t\t  ++fmt;\n\t\t}\n\t      if (number > MAX_POS_ARGS)\n\t\tnumber = MAX_POS_ARGS;\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "if (n <= MAX_POS_ARGS) {",
        "if ((n >= 1 && n <= MAX_POS_ARGS)\n\t\t\t    || (ret = EOF, _REENT_ERRNO (data) = EINVAL, 0)) {",
    ),
    // More than INT_MAX characters are EOVERFLOW.
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "#include <newlib.h>\n",
        "#include <newlib.h>\n#include <errno.h>\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "n = 10 * n + to_digit (ch);",
        "if (n > (INT_MAX - to_digit (ch)) / 10)\n\t\t\t\t\tgoto overflow;\n\t\t\t\tn = 10 * n + to_digit (ch);",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "width = -width;",
        "if (width == INT_MIN)\n\t\t\t\tgoto overflow;\n\t\t\twidth = -width;",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "ret += m;",
        "if (m > INT_MAX - ret)\n\t\t\t\tgoto overflow;\n\t\t\tret += m;",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "\t\t\tflags |= FPT;\n",
        "\t\t\tif (prec > INT_MAX - 0x10000)\n\t\t\t\tgoto overflow;\n\t\t\tflags |= FPT;\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "realsz = dprec > size ? dprec : size;\n",
        "realsz = dprec > size ? dprec : size;\n\t\tif (realsz > INT_MAX - 3\n\t\t    || (width > realsz + 3 ? width : realsz + 3) > INT_MAX - ret)\n\t\t\tgoto overflow;\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "done:\n\tFLUSH ();\nerror:\n",
        "done:\n\tFLUSH ();\n\tif (0) {\noverflow:\n\t\t_REENT_ERRNO (data) = EOVERFLOW;\n\t\tret = EOF;\n\t}\nerror:\n",
    ),
    // What went wrong on the stream before is no error of this call.
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "\tret = 0;\n#ifndef _NO_POS_ARGS\n",
        "\tret = 0;\n\tconst short earlier = fp->_flags & __SERR;\n\tfp->_flags &= ~__SERR;\n#ifndef _NO_POS_ARGS\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "#ifndef STRING_ONLY\n\t_newlib_flockfile_end (fp);\n#endif\n\treturn (__sferror (fp) ? EOF : ret);",
        "\tif (__sferror (fp))\n\t\tret = EOF;\n\tfp->_flags |= earlier;\n#ifndef STRING_ONLY\n\t_newlib_flockfile_end (fp);\n#endif\n\treturn ret;",
    ),
    // A function of the caller's that says it took more than it was given must not lead out of the buffer,
    // and no function sets errno to 0.
    (&["stdio/fopencookie.c"], "  errno = 0;\n", ""),
    (
        &["stdio/fopencookie.c"],
        "  if ((result = c->readfn (c->cookie, buf, n)) < 0 && errno)\n    _REENT_ERRNO(ptr) = errno;\n",
        "  if ((result = c->readfn (c->cookie, buf, n)) > (int) n)\n    result = n;\n",
    ),
    (
        &["stdio/fopencookie.c"],
        "  if ((result = c->writefn (c->cookie, buf, n)) < 0 && errno)\n    _REENT_ERRNO(ptr) = errno;\n",
        "  if ((result = c->writefn (c->cookie, buf, n)) > (int) n)\n    result = n;\n",
    ),
    // Nothing is written of elements of no size.
    (
        &["stdio/fwrite.c"],
        "  size_t n;\n#ifdef _FVWRITE_IN_STREAMIO\n",
        "  size_t n;\n  if (size == 0)\n    return 0;\n#ifdef _FVWRITE_IN_STREAMIO\n",
    ),
    // A stream for reading and appending is read from the beginning, as with the other libraries.
    (
        &["stdio/fopen.c"],
        "  if (fp->_flags & __SAPP)\n",
        "  if ((fp->_flags & (__SAPP | __SRW)) == __SAPP)\n",
    ),
    // `L` before an integer is `ll`, as with the GNU library.
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "(flags&QUADINT ? GET_ARG",
        "(flags&(QUADINT|LONGDBL) ? GET_ARG",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "else if (flags & QUADINT)\n",
        "else if (flags & (QUADINT | LONGDBL))\n",
    ),
    (
        &["stdio/fopencookie.c"],
        "  if (c->seekfn (c->cookie, &offset, whence) < 0 && errno)\n    _REENT_ERRNO(ptr) = errno;\n",
        "  if (c->seekfn (c->cookie, &offset, whence) < 0)\n    offset = -1;\n",
    ),
    // Zeroes behind the digits of a number are written as they are needed: a buffer for them may be larger than
    // the memory. Without memory for the digits nothing is printed. How they are rounded may depend on the sign.
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "\t\tif (value == 0)\t/* kludge for __dtoa irregularity */\n\t\t\trve = bp;\n\t\twhile (rve < bp)\n\t\t\t*rve++ = '0';\n",
        "\t\tif (value == 0 || rve < bp)\n\t\t\trve = bp;\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "digits = _DTOA_R (data, value, mode, ndigits, decpt, &dsgn, &rve);\n",
        "digits = _DTOA_R (data, *sign ? -value : value, mode, ndigits, decpt, &dsgn, &rve);\n\tif (!digits)\n\t\treturn NULL;\n",
    ),
    (
        &["stdio/vfprintf.c"],
        "&expt, ch, &ndig, cp);\n",
        "&expt, ch, &ndig, cp);\n\t\t\tif (!cp) {\n\t\t\t\tret = EOF;\n\t\t\t\tgoto error;\n\t\t\t}\n",
    ),
    (
        &["stdio/vfwprintf.c"],
        "&expt, ch, &ndig, cp, BUF);\n",
        "&expt, ch, &ndig, cp, BUF);\n\t\t\tif (!cp) {\n\t\t\t\tret = EOF;\n\t\t\t\tgoto error;\n\t\t\t}\n",
    ),
    (
        &["stdio/vfwprintf.c"],
        "&expt, ch, &ndig, malloc_buf, ndig);\n",
        "&expt, ch, &ndig, malloc_buf, ndig);\n\t\t\t\tif (!cp) {\n\t\t\t\t\tret = EOF;\n\t\t\t\t\tgoto error;\n\t\t\t\t}\n",
    ),
    (
        &["stdio/vfprintf.c"],
        "PRINT (cp, ndig);",
        "PRINTANDPAD (cp, cp + strnlen (cp, ndig), ndig, zeroes);",
    ),
    (
        &["stdio/vfprintf.c"],
        "PRINT (cp, ndig - 1);",
        "PRINTANDPAD (cp, cp + strnlen (cp, ndig - 1), ndig - 1, zeroes);",
    ),
    (
        &["stdio/vfprintf.c"],
        "char *convbuf = cp;\n",
        "char *convbuf = cp;\n\t\t\t\t\tconst int digits = strnlen (cp, ndig);\n",
    ),
    (&["stdio/vfprintf.c"], "convbuf + ndig", "convbuf + digits"),
    (
        &["stdio/vfwprintf.c"],
        "_mbsnrtowcs_r (data, buf, (const char **) &digits, *length,\n\t\t\t len, NULL);\n",
        "int done = _mbsnrtowcs_r (data, buf, (const char **) &digits, *length,\n\t\t\t len, NULL);\n\t  for (; done < *length && done < len; done++)\n\t    buf[done] = L'0';\n",
    ),
    // C23's binary numbers, `%b` and `%B`: hexadecimal ones of digits with one bit.
    (
        &["stdio/vfprintf.c"],
        "\t\tcase 'X':\n\t\t\txdigs",
        "\t\tcase 'b':\n\t\tcase 'B':\n\t\tcase 'X':\n\t\t\txdigs",
    ),
    (
        &["stdio/vfprintf.c"],
        "\t\t  case 'X':\n\t\t  case 'u':\n",
        "\t\t  case 'X':\n\t\t  case 'b':\n\t\t  case 'B':\n\t\t  case 'u':\n",
    ),
    (
        &["stdio/vfwprintf.c"],
        "\t\tcase L'X':\n\t\t\txdigs",
        "\t\tcase L'b':\n\t\tcase L'B':\n\t\tcase L'X':\n\t\t\txdigs",
    ),
    (
        &["stdio/vfwprintf.c"],
        "\t\t  case L'X':\n\t\t  case L'u':\n",
        "\t\t  case L'X':\n\t\t  case L'b':\n\t\t  case L'B':\n\t\t  case L'u':\n",
    ),
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "xdigs[_uquad & 15];\n\t\t\t\t\t\t_uquad >>= 4;",
        "xdigs[_uquad & ((ch | 32) == 'b' ? 1 : 15)];\n\t\t\t\t\t\t_uquad >>= (ch | 32) == 'b' ? 1 : 4;",
    ),
    (
        &["stdio/vfprintf.c"],
        "/* 40-47 */  OTHER,   SPEC,    OTHER,",
        "/* 40-47 */  OTHER,   SPEC,    SPEC,",
    ),
    (
        &["stdio/vfprintf.c"],
        "/* 60-67 */  OTHER,   SPEC,    OTHER,",
        "/* 60-67 */  OTHER,   SPEC,    SPEC,",
    ),
    // The last digit of `%a` is rounded in the direction that `fesetround` says: it and what is behind it fit exactly.
    (
        &["stdio/vfprintf.c", "stdio/vfwprintf.c"],
        "if (value > 0.5 || (value == 0.5 && mode & 1)) {\n",
        "value = *sign ? -(mode + value) : mode + value;\n\t\t__asm__ (\"frndint\" : \"+t\" (value));\n\t\tif (value != mode && -value != mode) {\n",
    ),
    // Half a character is no text, and that it is none is not EOVERFLOW.
    (
        &["stdio/vfwprintf.c"],
        "if (nconv == (size_t) -1 || nconv == (size_t) -2) {\n",
        "if (nconv == (size_t) -1 || nconv == (size_t) -2) {\n\t\t\t\t\t_REENT_ERRNO (data) = EILSEQ;\n",
    ),
    (
        &["stdio/swprintf.c", "stdio/vswprintf.c"],
        "if(ret >= size)",
        "if(ret >= 0 && ret >= size)",
    ),
];
