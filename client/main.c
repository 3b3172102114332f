#include "client/app.h"
#include "common/harden.h"

#include <signal.h>

int main(int argc, char **argv)
{
    harden_process();
    signal(SIGPIPE, SIG_IGN); // a closed pipe is an error of writing, reported as one
    return app_run(argc, argv);
}
