#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/operator_session.h"
#include "clients/cli/text.h"
#include "handrail/v1/admin_service.grpc.pb.h"

namespace handrail::cli {
namespace {

std::string FindingLine(const v1::DoctorFinding& finding) {
  std::string line =
      absl::StrCat("  ", finding.repaired() ? "repaired" : "wrong", ": ");
  if (finding.has_ref()) {
    absl::StrAppend(&line, v1::RecordType_Name(finding.ref().type()), " ",
                    finding.ref().id(), ": ");
  }
  return Printable(absl::StrCat(line, finding.message())) + "\n";
}

std::string ReportText(const v1::DoctorReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"CHECK", "LOOKED AT", "WRONG", "REPAIRED"}};
  for (const v1::DoctorCount& count : report.counts()) {
    rows.push_back({count.check(), absl::StrCat(count.looked_at()),
                    absl::StrCat(count.wrong()),
                    absl::StrCat(count.repaired())});
  }
  return absl::StrCat(Table(rows), report.healthy() ? "Healthy" : "Not healthy",
                      " at revision ", report.directory_revision(), ".\n");
}

void Print(Session& session, const v1::DoctorResponse& step) {
  if (session.output == OutputFormat::kJson) {
    // A line for each step, so that a script can follow.
    *session.out << ToJson(step, /*pretty=*/false);
    return;
  }
  if (step.has_check()) {
    *session.out << step.check().name() << ": " << step.check().meaning()
                 << "\n";
  } else if (step.has_finding()) {
    *session.out << FindingLine(step.finding());
  } else if (step.has_report()) {
    *session.out << ReportText(step.report());
  }
  session.out->flush();
}

ExitCode RunDoctor(Session session, bool repair) {
  v1::DoctorRequest request;
  request.set_repair(repair);
  v1::AdminService::Stub stub(session.Channel());
  const auto context = CallContext(kStreamDeadline);
  const auto reader = stub.Doctor(context.get(), request);
  v1::DoctorResponse step;
  bool healthy = false;
  while (reader->Read(&step)) {
    Print(session, step);
    if (step.has_report()) healthy = step.report().healthy();
  }
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return session.Fail(status);
  return healthy ? ExitCode::kOk : ExitCode::kFailure;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Session& session, Run& run) {
  CLI::App* doctor = app.add_subcommand(
      "doctor", "Check records, projections, indexes and journal");
  doctor->footer(
      "Examples:\n"
      "  handrail doctor\n"
      "  handrail doctor --repair --operator 127.0.0.1:7461\n"
      "Repairs projections, indexes and counts from the records, never the "
      "records\nthemselves: where those are damaged, restore a backup. Exit "
      "code 1 where\nsomething is wrong and was not repaired.");
  const auto operator_flags = AddOperatorFlag(*doctor);
  auto repair = std::make_shared<bool>(false);
  doctor->add_flag("--repair", *repair,
                   "Make projections and indexes again where they are wrong");
  doctor->callback([&session, &run, operator_flags, repair] {
    run = [&session, operator_flags, repair] {
      return RunDoctor(OperatorSession(session, *operator_flags), *repair);
    };
  });
}

}  // namespace handrail::cli
