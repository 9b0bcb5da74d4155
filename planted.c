static int
one (int a)
{
  return a;
}

char *
tcn_two (const char *b,
         int c)
{
  return NULL;
}
