// The real programs, started and asked as a person would: handraild on a free
// port with a folder of its own, handrail with arguments and exit codes.
//
//   Handraild server(folder.path() / "data");
//   ASSERT_TRUE(server.Start());
//   Outcome load = server.Handrail({"load", file, "--source", "sample"});
//   EXPECT_EQ(load.exit_code, 0) << load.err;
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace handrail::testing {

struct Outcome {
  // Minus the signal's number where a signal ended the program.
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Where the programs are: build/<preset>/bin.
std::string ProgramFolder();

// Runs a program of that folder, or one named with its whole path, to its end.
// `input` is its standard input.
Outcome RunProgram(const std::string& program,
                   const std::vector<std::string>& arguments,
                   const std::string& input = "");

// One server process. Stopped at the end of its life.
class Handraild {
 public:
  // `flags` come after the usual ones.
  explicit Handraild(std::filesystem::path data_dir,
                     std::vector<std::string> flags = {});
  ~Handraild();
  Handraild(const Handraild&) = delete;
  Handraild& operator=(const Handraild&) = delete;

  // Starts it and waits for its "serving" line. False where it ended instead:
  // log() says why.
  bool Start();
  // SIGTERM and waits; the exit code.
  int Stop();
  // SIGKILL and waits.
  void Kill();

  // Runs the command line against this server.
  Outcome Handrail(std::vector<std::string> arguments,
                   const std::string& input = "") const;

  const std::string& address() const { return address_; }
  const std::string& operator_address() const { return operator_address_; }
  // Empty where metrics are not served.
  const std::string& metrics_address() const { return metrics_address_; }
  uint64_t revision() const { return revision_; }
  pid_t pid() const { return pid_; }
  // What the server wrote to standard error so far.
  std::string log() const;

 private:
  std::filesystem::path data_dir_;
  std::filesystem::path log_file_;
  std::vector<std::string> flags_;
  pid_t pid_ = -1;
  std::string address_;
  std::string operator_address_;
  std::string metrics_address_;
  uint64_t revision_ = 0;
};

}  // namespace handrail::testing
