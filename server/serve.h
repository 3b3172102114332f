#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

// serve_main is `improved serve`: argv[0] is "serve". Serves until SIGTERM or SIGINT (SIGHUP: begins anew, in the same
// process, with the certificates and the program that the files hold now), then lets calls in flight end. Returns the
// exit code: 0 stopped as asked, 1 could not serve (said in the log), 2 bad usage.
int serve_main(int argc, char **argv);

#endif
