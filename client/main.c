#include "client/app.h"

#include <signal.h>

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); // a closed pipe is an error of writing, reported as one
    return app_run(argc, argv);
}
