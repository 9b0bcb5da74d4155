  n = strtol (s, &end, 10);
