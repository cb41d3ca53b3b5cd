#include "emulator/daemon/cli.h"

int main(int argc, char** argv) {
  return cumulite::run_command_line(argc, argv);
}
