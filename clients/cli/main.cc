// handrail: the command line of the directory and the matcher.
#include <iostream>

#include "clients/cli/app.h"

int main(int argc, char** argv) {
  return handrail::cli::RunHandrail(argc, argv, std::cin, std::cout, std::cerr);
}
