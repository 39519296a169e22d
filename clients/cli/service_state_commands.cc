// Closing a service for a while, its seasons, holding it from referrals, and
// the days on which it is offered.
#include <memory>
#include <string>

#include "clients/cli/commands.h"
#include "clients/cli/curation_view.h"
#include "clients/cli/request_id.h"
#include "handrail/v1/curation_service.grpc.pb.h"

namespace handrail::cli {
namespace {

struct StateFlags {
  std::string id;
  std::string from;
  std::string until;
  std::string words;
  std::string note;
};

v1::UpdateRecordRequest UpdateOf(const StateFlags& flags) {
  v1::UpdateRecordRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_ref()->set_type(v1::SERVICE);
  request.mutable_ref()->set_id(flags.id);
  request.set_note(flags.note);
  return request;
}

ExitCode Send(Session& session, const v1::UpdateRecordRequest& request) {
  return session.Ask(&v1::CurationService::Stub::UpdateRecord, request,
                     [&](const v1::UpdateRecordResponse& response) {
                       return ViewUpdated(response, session.columns);
                     });
}

// `kind` unspecified: it runs by its schedule again.
ExitCode RunState(Session& session, const StateFlags& flags,
                  v1::OperatingState::Kind kind) {
  v1::UpdateRecordRequest request = UpdateOf(flags);
  request.mutable_update_mask()->add_paths("ext.operating_state");
  if (kind != v1::OperatingState::KIND_UNSPECIFIED) {
    v1::OperatingState& state = *request.mutable_record()
                                     ->mutable_service()
                                     ->mutable_x_handrail()
                                     ->mutable_operating_state();
    state.set_kind(kind);
    state.set_from(flags.from);
    state.set_until(flags.until);
    state.set_words(flags.words);
  }
  return Send(session, request);
}

ExitCode RunPublish(Session& session, const StateFlags& flags) {
  v1::UpdateRecordRequest request = UpdateOf(flags);
  request.mutable_update_mask()->add_paths("ext.publish_from");
  request.mutable_update_mask()->add_paths("ext.publish_until");
  v1::RecordExtension& ext =
      *request.mutable_record()->mutable_service()->mutable_x_handrail();
  ext.set_publish_from(flags.from);
  ext.set_publish_until(flags.until);
  return Send(session, request);
}

ExitCode RunHold(Session& session, const StateFlags& flags, bool hold) {
  v1::SetHoldRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_ref()->set_type(v1::SERVICE);
  request.mutable_ref()->set_id(flags.id);
  request.set_do_not_refer(hold);
  request.set_note(flags.note);
  return session.Ask(&v1::CurationService::Stub::SetHold, request,
                     [](const v1::SetHoldResponse& response) {
                       return ViewRevision(response.revision());
                     });
}

using RunFlags = std::function<ExitCode(Session&, const StateFlags&)>;

// One verb with the flags that all of them have.
struct Verb {
  const char* name;
  const char* what;
  const char* example;
};

struct Added {
  CLI::App* command;
  std::shared_ptr<StateFlags> flags;
};

Added AddVerb(const Verb& verb, CLI::App& service, const RunFlags& act,
              Session& session, Run& run) {
  auto flags = std::make_shared<StateFlags>();
  CLI::App* command = service.add_subcommand(verb.name, verb.what);
  command->add_option("ID", flags->id, "Id of the service")->required();
  command->add_option("--note", flags->note, "Why, for the history");
  command->footer(std::string("Example:\n  handrail service ") + verb.name +
                  " ID" + verb.example);
  command->callback([&session, &run, flags, act] {
    run = [&session, flags, act] { return act(session, *flags); };
  });
  return {command, flags};
}

void AddDays(const Added& added, const std::string& first,
             const std::string& last) {
  added.command->add_option("--from", added.flags->from,
                            first + ", as 2026-11-01");
  added.command->add_option("--until", added.flags->until,
                            last + ", as 2027-03-31");
}

}  // namespace

void AddServiceStateCommands(CLI::App& service, Session& session, Run& run) {
  const Added close = AddVerb(
      {"close", "Says that it is shut for now",
       " --until 2026-12-31 --words \"water damage\""},
      service,
      [](Session& s, const StateFlags& flags) {
        return RunState(s, flags, v1::OperatingState::TEMPORARILY_SHUT);
      },
      session, run);
  AddDays(close, "First day shut", "Last day shut");
  close.command->add_option("--words", close.flags->words,
                            "What people are told");
  AddVerb(
      {"reopen", "Says that it runs by its schedule again", ""}, service,
      [](Session& s, const StateFlags& flags) {
        return RunState(s, flags, v1::OperatingState::KIND_UNSPECIFIED);
      },
      session, run);
  const Added season = AddVerb(
      {"season", "Says on which days of the year it is open",
       " --from 2026-11-01 --until 2027-03-31"},
      service,
      [](Session& s, const StateFlags& flags) {
        return RunState(s, flags, v1::OperatingState::SEASONAL);
      },
      session, run);
  AddDays(season, "First day open", "Last day open");
  season.command->add_option("--words", season.flags->words,
                             "What people are told");
  AddVerb(
      {"hold", "Keeps it from referrals; --note says why",
       " --note \"unsafe stairway, waiting for repair\""},
      service,
      [](Session& s, const StateFlags& flags) {
        return RunHold(s, flags, true);
      },
      session, run);
  AddVerb(
      {"release", "Lets it back into referrals", ""}, service,
      [](Session& s, const StateFlags& flags) {
        return RunHold(s, flags, false);
      },
      session, run);
  const Added publish = AddVerb(
      {"publish",
       "Sets the days on which it is offered to anyone; without days: always",
       " --from 2026-11-01"},
      service, RunPublish, session, run);
  AddDays(publish, "First day", "Last day");
}

}  // namespace handrail::cli
