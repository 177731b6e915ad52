/* The buffer of getlocalename_l(), which newlib 4.5.0 declares but defines nowhere. */
_Thread_local char _tls_getlocalename_l_buf[32];
