#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/completion.h"
#include "clients/cli/completion_scripts.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "handrail/v1/directory_service.grpc.pb.h"

namespace handrail::cli {
namespace {

// A person waits with a finger on the key.
constexpr std::chrono::milliseconds kTermsDeadline{500};

const std::map<std::string, std::string_view>& Scripts() {
  static const std::map<std::string, std::string_view> scripts = {
      {"bash", data::kCompletionBash},
      {"fish", data::kCompletionFish},
      {"zsh", data::kCompletionZsh}};
  return scripts;
}

std::vector<NextWord> AskForTerms(const std::string& server) {
  const auto stub = v1::DirectoryService::NewStub(
      grpc::CreateChannel(server, grpc::InsecureChannelCredentials()));
  const auto context = CallContext(kTermsDeadline);
  v1::ListNeedTermsResponse response;
  if (!stub->ListNeedTerms(context.get(), {}, &response).ok()) return {};
  std::vector<NextWord> terms;
  for (const v1::NeedTermInfo& term : response.terms()) {
    terms.push_back({term.id(), term.label()});
  }
  return terms;
}

ExitCode PrintScript(Session& session, const std::string& shell) {
  *session.out << Scripts().at(shell);
  return ExitCode::kOk;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* command = app.add_subcommand(
      "completion", "The script that completes handrail's words in a shell");
  auto shell = std::make_shared<std::string>();
  std::vector<std::string> names;
  for (const auto& [name, script] : Scripts()) names.push_back(name);
  command->add_option("SHELL", *shell, "bash, fish or zsh")
      ->required()
      ->check(CLI::IsMember(names).description(""));
  command->footer(
      "Examples:\n"
      "  source <(handrail completion bash)\n"
      "  handrail completion zsh > \"${fpath[1]}/_handrail\"\n"
      "  handrail completion fish > "
      "~/.config/fish/completions/handrail.fish\n"
      "Kinds of need come from the server that --server or HANDRAIL_SERVER "
      "names.");
  command->callback([&session, &run, shell] {
    run = [&session, shell] { return PrintScript(session, *shell); };
  });
}

std::optional<ExitCode> CompleteWords(const CLI::App& app, int argc,
                                      const char* const* argv,
                                      const Session& session) {
  const std::vector<std::string> all(argv + 1, argv + argc);
  if (all.size() < 3 || all[0] != "completion" || all[1] != "words" ||
      all[2] != "--") {
    return std::nullopt;
  }
  const char* server = std::getenv("HANDRAIL_SERVER");
  *session.out << CompletionLines(
      Complete(app, {all.begin() + 3, all.end()},
               server == nullptr ? session.server : server, &AskForTerms));
  return ExitCode::kOk;
}

}  // namespace handrail::cli
