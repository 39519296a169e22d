// Creating, changing, retiring a record, and its history: the same verbs for
// every noun.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/curation_view.h"
#include "clients/cli/edit_values.h"
#include "clients/cli/request_id.h"
#include "handrail/v1/curation_service.grpc.pb.h"

namespace handrail::cli {
namespace {

struct EditFlags {
  std::string id;
  std::string file;
  std::vector<std::string> sets;
  std::string mask;
  std::string etag;
  std::string note;
  bool check = false;
};

std::string Words(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

ExitCode RunCreate(Session& session, v1::RecordType type,
                   const EditFlags& flags) {
  v1::CreateRecordRequest request;
  absl::StatusOr<v1::Record> record = ReadRecord(type, flags.file, *session.in);
  if (!record.ok()) return session.Usage(Words(record.status()));
  *request.mutable_record() = *std::move(record);
  request.set_request_id(NewRequestId());
  request.set_note(flags.note);
  request.set_validate_only(flags.check);
  return session.Ask(&v1::CurationService::Stub::CreateRecord, request,
                     [&](const v1::CreateRecordResponse& response) {
                       return ViewCreated(response, session.columns);
                     });
}

ExitCode RunUpdate(Session& session, v1::RecordType type,
                   const EditFlags& flags) {
  v1::UpdateRecordRequest request;
  request.mutable_ref()->set_type(type);
  request.mutable_ref()->set_id(flags.id);
  if (!flags.file.empty()) {
    absl::StatusOr<v1::Record> record =
        ReadRecord(type, flags.file, *session.in);
    if (!record.ok()) return session.Usage(Words(record.status()));
    *request.mutable_record() = *std::move(record);
    std::string path;
    // Commas inside brackets would be part of a key, which none has.
    for (const char c : flags.mask + ",") {
      if (c != ',') {
        path += c;
      } else if (!path.empty()) {
        request.mutable_update_mask()->add_paths(path);
        path.clear();
      }
    }
  }
  for (const std::string& text : flags.sets) {
    const absl::Status set = SetValue(type, text, *request.mutable_record(),
                                      *request.mutable_update_mask());
    if (!set.ok()) return session.Usage(Words(set));
  }
  if (request.update_mask().paths().empty()) {
    return session.Usage(
        "say what to change: --set PATH=VALUE, or --from FILE "
        "with --mask PATH,PATH");
  }
  request.set_request_id(NewRequestId());
  request.set_etag(flags.etag);
  request.set_note(flags.note);
  request.set_validate_only(flags.check);
  return session.Ask(&v1::CurationService::Stub::UpdateRecord, request,
                     [&](const v1::UpdateRecordResponse& response) {
                       return ViewUpdated(response, session.columns);
                     });
}

ExitCode RunRetire(Session& session, v1::RecordType type,
                   const EditFlags& flags) {
  v1::RetireRecordRequest request;
  request.mutable_ref()->set_type(type);
  request.mutable_ref()->set_id(flags.id);
  request.set_request_id(NewRequestId());
  request.set_etag(flags.etag);
  request.set_note(flags.note);
  request.set_validate_only(flags.check);
  return session.Ask(&v1::CurationService::Stub::RetireRecord, request,
                     [](const v1::RetireRecordResponse& response) {
                       return ViewRevision(response.revision());
                     });
}

struct HistoryFlags {
  std::string id;
  int page_size = 20;
  std::string page_token;
};

ExitCode RunHistory(Session& session, v1::RecordType type,
                    const HistoryFlags& flags) {
  v1::ListHistoryRequest request;
  request.mutable_ref()->set_type(type);
  request.mutable_ref()->set_id(flags.id);
  request.set_page_size(flags.page_size);
  request.set_page_token(flags.page_token);
  return session.Ask(&v1::CurationService::Stub::ListHistory, request,
                     [&](const v1::ListHistoryResponse& response) {
                       return ViewHistory(response, session.columns);
                     });
}

// The flags that every write has.
void AddWriteFlags(CLI::App& command, EditFlags& flags) {
  command.add_option("--note", flags.note, "Why, for the history");
  command.add_flag("--check", flags.check, "Only check; write nothing");
}

using RunEdit = ExitCode (*)(Session&, v1::RecordType, const EditFlags&);

void OnRun(CLI::App& command, RunEdit edit, v1::RecordType type,
           std::shared_ptr<EditFlags> flags, Session& session, Run& run) {
  command.callback([&session, &run, edit, type, flags] {
    run = [&session, edit, type, flags] { return edit(session, type, *flags); };
  });
}

void AddCreate(CLI::App& noun, v1::RecordType type, Session& session,
               Run& run) {
  auto flags = std::make_shared<EditFlags>();
  CLI::App* create =
      noun.add_subcommand("create", "Adds a record by hand, from JSON");
  create
      ->add_option("FILE", flags->file,
                   "The record as JSON, as \"get\" prints it; - reads it from "
                   "standard input")
      ->required();
  AddWriteFlags(*create, *flags);
  create->footer("Example:\n  handrail " + noun.get_name() +
                 " create new.json --note \"opened in June\"");
  OnRun(*create, RunCreate, type, flags, session, run);
}

void AddUpdate(CLI::App& noun, v1::RecordType type, Session& session,
               Run& run) {
  auto flags = std::make_shared<EditFlags>();
  CLI::App* update = noun.add_subcommand(
      "update", "Changes the fields that are named, and no other");
  update->add_option("ID", flags->id, "Id of the record")->required();
  update
      ->add_option("--set", flags->sets,
                   "PATH=VALUE; nothing behind = clears the field")
      ->take_all();
  CLI::Option* from =
      update->add_option("--from", flags->file,
                         "Values from a record as JSON; - reads it from "
                         "standard input");
  update
      ->add_option("--mask", flags->mask,
                   "With --from: the paths to take, with commas")
      ->needs(from);
  from->needs("--mask");
  update->add_option("--etag", flags->etag,
                     "Only if the record still has this etag");
  AddWriteFlags(*update, *flags);
  update->footer(
      "Paths are those of the record; \"ext\" is what Handrail adds.\n"
      "Examples:\n  handrail " +
      noun.get_name() +
      " update ID --set name=\"Harbor House\"\n"
      "  handrail " +
      noun.get_name() +
      " update ID --set ext.profile.housing.children=\"depends: one child\" "
      "--note \"called\"\n"
      "  handrail " +
      noun.get_name() + " update ID --from new.json --mask phones,description");
  OnRun(*update, RunUpdate, type, flags, session, run);
}

void AddRetire(CLI::App& noun, v1::RecordType type, Session& session,
               Run& run) {
  auto flags = std::make_shared<EditFlags>();
  CLI::App* retire = noun.add_subcommand(
      "retire", "Takes a record out of the directory; its history stays");
  retire->add_option("ID", flags->id, "Id of the record")->required();
  retire->add_option("--etag", flags->etag,
                     "Only if the record still has this etag");
  AddWriteFlags(*retire, *flags);
  retire->footer(
      "A record that its source still has comes back with the next "
      "load.\nExample:\n  handrail " +
      noun.get_name() + " retire ID --note \"closed for good\"");
  OnRun(*retire, RunRetire, type, flags, session, run);
}

void AddHistory(CLI::App& noun, v1::RecordType type, Session& session,
                Run& run) {
  auto flags = std::make_shared<HistoryFlags>();
  CLI::App* history = noun.add_subcommand(
      "history", "What happened to a record: who, when, before, after");
  history->add_option("ID", flags->id, "Id of the record")->required();
  history->add_option("--page-size", flags->page_size, "Entries, 1 to 500")
      ->check(CLI::Range(1, 500));
  history->add_option("--page-token", flags->page_token,
                      "Where to go on, as the page before said");
  history->footer("Example:\n  handrail " + noun.get_name() + " history ID");
  history->callback([&session, &run, type, flags] {
    run = [&session, type, flags] { return RunHistory(session, type, *flags); };
  });
}

}  // namespace

void AddEditCommands(CLI::App& noun, v1::RecordType type, Session& session,
                     Run& run) {
  AddCreate(noun, type, session, run);
  AddUpdate(noun, type, session, run);
  AddRetire(noun, type, session, run);
  AddHistory(noun, type, session, run);
}

}  // namespace handrail::cli
