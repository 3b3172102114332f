#include "client/prompt.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool read_line(FILE *from, char to[PROMPT_MAX])
{
    if (!fgets(to, PROMPT_MAX, from))
        return false;
    to[strcspn(to, "\r\n")] = '\0';
    return true;
}

bool prompt_secret(const char *question, char to[PROMPT_MAX])
{
    FILE *terminal = fopen("/dev/tty", "r+e");
    struct termios shown, hidden;
    if (!terminal)
        return false;
    setvbuf(terminal, NULL, _IONBF, 0); // what is typed stays in no buffer but the caller's
    if (tcgetattr(fileno(terminal), &shown) != 0) {
        fclose(terminal);
        return false;
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
    fputs(question, terminal);
    bool read = read_line(terminal, to);
    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    fputs("\n", terminal);
    fclose(terminal);
    return read;
}

bool prompt_line(char to[PROMPT_MAX])
{
    setvbuf(stdin, NULL, _IONBF, 0);
    return read_line(stdin, to);
}
