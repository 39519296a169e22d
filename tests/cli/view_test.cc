// What people read on a terminal: layout, matches, reports, progress.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/time/time.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/load_view.h"
#include "clients/cli/match_view.h"
#include "clients/cli/progress.h"
#include "clients/cli/text.h"
#include "tests/testing/testing.h"

namespace handrail::cli {
namespace {

using testing::ParseText;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Wrap, BreaksAtSpacesAndIndentsTheRest) {
  EXPECT_EQ(Wrap("one two three four", "- ", "  ", 11),
            "- one two\n  three\n  four\n");
  EXPECT_EQ(Wrap("unbreakablelongword", "", "", 5), "unbreakablelongword\n");
  EXPECT_EQ(Wrap("é é é", "", "", 3), "é é\né\n");
}

TEST(Printable, DropsWhatCouldSteerATerminal) {
  EXPECT_EQ(Printable("a\x1b[31mb\tc\nd\x07"), "a[31mb\tc\nd");
}

TEST(Table, AlignsColumnsByCodePoints) {
  EXPECT_EQ(Table({{"A", "B"}, {"éé", "x"}}), "A   B\néé  x\n");
}

TEST(MatchView, PutsCrisisFirstAndPromisesNothing) {
  const auto request = ParseText<v1::MatchRequest>(
      R"pb(needs { terms: "detox" within_m: 40000 })pb");
  const auto response = ParseText<v1::MatchResponse>(R"pb(
    crisis {
      kind: OVERDOSE
      lead: "Call 911 now."
      resources {
        name: "Emergency services"
        contacts { channel: "voice" value: "911" }
      }
    }
    needs {
      options {
        listing {
          name: "Harbor Withdrawal Care"
          organization_name: "Harbor Community Partners"
          phones { number: "+12405550100" }
        }
        verdict: CHECK
        points: 412
        distance_m: 2340
        travel_minutes: -1
        explanation {
          components {
            name: "need"
            points: 300
            maximum: 300
            sentence: "It answers detox."
          }
          judgements { state: UNKNOWN sentence: "We do not know the hours." }
        }
        questions {
          text: "Are you open tonight?"
          channel: "video_relay"
          contact: "+12405550100"
        }
      }
      fits_count: 0
      check_count: 1
      within_m: 40000
    }
    directory_revision: 7
    as_of { seconds: 1780689600 }
  )pb");
  const std::string view = ViewMatch(request, response, 80);
  EXPECT_LT(view.find("Call 911 now."), view.find("Harbor Withdrawal Care"));
  EXPECT_TRUE(Has(view, "detox, within 40.0 km: 0 fit, 1 to check first"));
  EXPECT_TRUE(Has(view,
                  "1. Harbor Withdrawal Care, Harbor Community Partners "
                  "[check first; 412"));
  EXPECT_TRUE(Has(view, "2.3 km away"));
  EXPECT_TRUE(Has(view, "It answers detox. (300 of 300 points)"));
  EXPECT_TRUE(Has(view, "Not sure of:"));
  EXPECT_TRUE(Has(view, "Ask first, by video relay at (240) 555-0100:"));
  EXPECT_TRUE(Has(view, "(240) 555-0100"));
  EXPECT_TRUE(Has(view, "Nothing here is a promise"));
}

TEST(MatchView, HeadsASpanishAnswerInSpanish) {
  const auto request = ParseText<v1::MatchRequest>(
      R"pb(language: "es-MX"
           needs { terms: "detox" })pb");
  const auto response = ParseText<v1::MatchResponse>(R"pb(
    crisis {
      kind: OVERDOSE
      lead: "Llame al 911 ya."
      resources {
        name: "911"
        contacts { channel: "voice" value: "911" note: "Diga dónde está." }
        contacts { channel: "text" value: "911" }
      }
    }
    needs {
      options {
        listing {
          name: "Harbor Withdrawal Care"
          phones { number: "+12405550100" extension: "4" }
          alert: "Use the side door"
        }
        verdict: CHECK
        points: 412
        distance_m: 2340
        place_approximate: true
        travel_minutes: 9
        explanation {
          components {
            name: "need"
            points: 300
            maximum: 300
            sentence: "Es para lo que usted pidió."
          }
          judgements { state: UNKNOWN sentence: "No se sabe el horario." }
        }
        questions {
          text: "¿Abren esta noche?"
          channel: "voice"
          contact: "+12405550100"
        }
        their_rules: "Piden una identificación con foto al llegar."
        what_to_bring: "Una identificación con foto."
        facts { sentence: "Horario: no se sabe. Pregunte." }
      }
      fits_count: 1
      check_count: 1
      within_m: 40000
      place_unknown_count: 3
    }
    directory_revision: 7
    as_of { seconds: 1780689600 }
  )pb");
  const std::string view = ViewMatch(request, response, 80);
  EXPECT_EQ(view,
            "Llame al 911 ya.\n"
            "   911: llame al 911 (Diga dónde está.), mande un texto al 911\n"
            "\n"
            "detox, a no más de 40.0 km: 1 concuerda, 1 por preguntar antes; "
            "de 3 más no se\n"
            "sabe el lugar\n"
            "\n"
            "1. Harbor Withdrawal Care [preguntar antes; 412 puntos]\n"
            "   a unos 2.3 km · unos 9 min\n"
            "   Nota: Use the side door\n"
            "   Por qué:\n"
            "   - Es para lo que usted pidió. (300 de 300 puntos)\n"
            "   No es seguro:\n"
            "   - No se sabe el horario.\n"
            "   Pregunte antes, por teléfono al (240) 555-0100:\n"
            "   - ¿Abren esta noche?\n"
            "   Sus reglas:\n"
            "   - Piden una identificación con foto al llegar.\n"
            "   Lleve:\n"
            "   - Una identificación con foto.\n"
            "   Lo que dice la lista:\n"
            "   - Horario: no se sabe. Pregunte.\n"
            "   Contacto:\n"
            "   - (240) 555-0100 ext. 4\n"
            "\n"
            "Al 2026-06-05T20:00:00Z, revisión 7 del directorio. Nada de esto "
            "es una promesa:\n"
            "llame antes de ir.\n");
  EXPECT_TRUE(Has(ViewMatch(request, v1::MatchResponse(), 80),
                  "Nada de esto es una promesa"));
}

TEST(MatchView, SaysWhatToDoWhereNothingAnswers) {
  const auto response = ParseText<v1::MatchResponse>(
      "needs { within_m: 5000 place_unknown_count: 2 }");
  const std::string view = ViewMatch(v1::MatchRequest(), response, 80);
  EXPECT_TRUE(Has(view, "Nothing recorded answers this."));
  EXPECT_TRUE(Has(view, "2 more have no known place"));
}

TEST(LoadView, ListsSkippedRowsBeforeRemarks) {
  const auto report = ParseText<v1::LoadReport>(R"pb(
    rows_read: 3
    records_loaded: 2
    added: 2
    rows_skipped: 1
    finding_count: 2
    tables { table: "services" rows_read: 3 rows_loaded: 2 rows_skipped: 1 }
    findings {
      severity: NOTICE
      origin { file: "a.json" record: 1 }
      reason: "unknown-code"
      message: "the code is not in the table"
      count: 4
    }
    findings {
      severity: ROW_SKIPPED
      origin { file: "a.json" record: 2 line: 9 }
      field: "name"
      reason: "missing-field"
      message: "a service needs a name"
      hint: "give it one"
    }
  )pb");
  const std::string view = ViewReport(report, 80);
  EXPECT_TRUE(Has(view, "services  3     2       1"));
  EXPECT_LT(view.find("row skipped, a.json:9, name, missing-field: a service "
                      "needs a name; give it one"),
            view.find("note, a.json record 1, unknown-code"));
  EXPECT_TRUE(Has(view, "(4 times)"));
}

TEST(LoadView, ShowsAChangeFieldByField) {
  const auto change = ParseText<v1::RecordChange>(R"pb(
    kind: CHANGED
    ref { type: SERVICE id: "s1" }
    fields { field: "name" old_json: "\"A\"" new_json: "\"B\"" }
    fields { field: "url" new_json: "\"https://example.org\"" }
  )pb");
  EXPECT_EQ(ViewChange(change),
            "changed service s1\n  name: \"A\" -> \"B\"\n"
            "  url: nothing -> \"https://example.org\"\n");
}

TEST(Progress, TellsRateAndTimeLeftInPlainLines) {
  std::ostringstream out;
  const absl::Time start = absl::FromUnixSeconds(1'000);
  Progress progress(out, /*terminal=*/false, "loading", 1000, start);
  progress.Update(100, 50, start + absl::Seconds(1));
  EXPECT_EQ(out.str(), "");
  progress.Update(250, 250, start + absl::Seconds(10));
  EXPECT_EQ(out.str(), "loading 25%, 250 rows, 25/s, 0:30 left\n");
  progress.Finish(1000, start + absl::Seconds(40));
  EXPECT_TRUE(Has(out.str(), "loading 100%, 1000 rows, 25/s, 0:40\n"));
}

TEST(ExitCodes, TellAScriptWhatToDo) {
  using grpc::StatusCode;
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::INVALID_ARGUMENT, "")),
            ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::NOT_FOUND, "")),
            ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::PERMISSION_DENIED, "")),
            ExitCode::kNotPermitted);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::ABORTED, "")),
            ExitCode::kConflict);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::UNAVAILABLE, "")),
            ExitCode::kUnavailable);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::RESOURCE_EXHAUSTED, "")),
            ExitCode::kUnavailable);
  EXPECT_EQ(
      ExitCodeOf(grpc::Status(StatusCode::RESOURCE_EXHAUSTED,
                              "Received message larger than max (9 vs. 4)")),
      ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(grpc::Status(StatusCode::INTERNAL, "")),
            ExitCode::kFailure);
}

}  // namespace
}  // namespace handrail::cli
