#ifndef CLIENT_APP_H
#define CLIENT_APP_H

// app_run does what the command line says and returns the exit code.
int app_run(int argc, char **argv);

#endif
