#include "tests/e2e/programs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace handrail::testing {
namespace {

constexpr int kNoSuchProgram = 127;

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Child side: replaces the process. Descriptors are already in place.
[[noreturn]] void Exec(const std::string& program,
                       const std::vector<std::string>& arguments) {
  const std::string path = program.starts_with('/')
                               ? program
                               : absl::StrCat(HANDRAIL_BIN_DIR, "/", program);
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  execv(path.c_str(), argv.data());
  _exit(kNoSuchProgram);
}

void Redirect(int descriptor, const std::filesystem::path& path, int flags) {
  const int file = open(path.c_str(), flags, 0600);
  dup2(file, descriptor);
  close(file);
}

int WaitFor(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::filesystem::path ScratchFile() {
  std::string name =
      (std::filesystem::temp_directory_path() / "handrail-e2e-XXXXXX").string();
  close(mkstemp(name.data()));
  return name;
}

// "grpc=127.0.0.1:1 operator=127.0.0.1:2 revision=3" by key.
std::string Field(const std::string& line, const std::string& key) {
  for (absl::string_view word : absl::StrSplit(line, ' ')) {
    const std::vector<std::string> parts = absl::StrSplit(word, '=');
    if (parts.size() == 2 && parts[0] == key) return parts[1];
  }
  return "";
}

}  // namespace

std::string ProgramFolder() { return HANDRAIL_BIN_DIR; }

Outcome RunProgram(const std::string& program,
                   const std::vector<std::string>& arguments,
                   const std::string& input) {
  const std::filesystem::path in = ScratchFile();
  const std::filesystem::path out = ScratchFile();
  const std::filesystem::path err = ScratchFile();
  std::ofstream(in, std::ios::binary) << input;
  const pid_t pid = fork();
  if (pid == 0) {
    Redirect(STDIN_FILENO, in, O_RDONLY);
    Redirect(STDOUT_FILENO, out, O_WRONLY | O_TRUNC);
    Redirect(STDERR_FILENO, err, O_WRONLY | O_TRUNC);
    Exec(program, arguments);
  }
  Outcome outcome;
  outcome.exit_code = WaitFor(pid);
  outcome.out = Slurp(out);
  outcome.err = Slurp(err);
  for (const auto& path : {in, out, err}) std::filesystem::remove(path);
  return outcome;
}

Handraild::Handraild(std::filesystem::path data_dir,
                     std::vector<std::string> flags)
    : data_dir_(std::move(data_dir)),
      log_file_(ScratchFile()),
      flags_(std::move(flags)) {}

Handraild::~Handraild() {
  if (pid_ > 0) Stop();
  std::filesystem::remove(log_file_);
}

bool Handraild::Start() {
  int ready[2];
  if (pipe(ready) != 0) return false;
  std::vector<std::string> arguments = {"--data-dir",        data_dir_.string(),
                                        "--listen",          "127.0.0.1:0",
                                        "--operator-listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), flags_.begin(), flags_.end());
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ready[1], STDOUT_FILENO);
    close(ready[0]);
    close(ready[1]);
    Redirect(STDERR_FILENO, log_file_, O_WRONLY | O_APPEND | O_CREAT);
    Exec("handraild", arguments);
  }
  close(ready[1]);
  std::string line;
  char c = 0;
  while (read(ready[0], &c, 1) == 1 && c != '\n') line.push_back(c);
  close(ready[0]);
  if (line.rfind("serving ", 0) != 0) {
    WaitFor(pid_);
    pid_ = -1;
    return false;
  }
  address_ = Field(line, "grpc");
  operator_address_ = Field(line, "operator");
  metrics_address_ = Field(line, "metrics");
  revision_ = std::stoull(Field(line, "revision"));
  return true;
}

int Handraild::Stop() {
  kill(pid_, SIGTERM);
  const int code = WaitFor(pid_);
  pid_ = -1;
  return code;
}

void Handraild::Kill() {
  kill(pid_, SIGKILL);
  WaitFor(pid_);
  pid_ = -1;
}

Outcome Handraild::Handrail(std::vector<std::string> arguments,
                            const std::string& input) const {
  arguments.insert(arguments.begin(), {"--server", address_});
  return RunProgram("handrail", arguments, input);
}

std::string Handraild::log() const { return Slurp(log_file_); }

}  // namespace handrail::testing
