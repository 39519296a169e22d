// SAMHSA's sources in, rows out: FindTreatment.gov pages, flattened and raw,
// the locator's table, directories with service keys. What is listed is YES;
// what is not listed is not known, never NO.
#include <gtest/gtest.h>

#include <algorithm>

#include "clients/formats/bmlt_codes.h"
#include "clients/formats/code_tables.h"
#include "clients/formats/samhsa_codes.h"
#include "clients/formats/samhsa_facility.h"
#include "clients/formats/source_place.h"
#include "tests/formats/formats_testing.h"

namespace handrail::formats {
namespace {

std::string Codes(const v1::SetFact& set) {
  std::string text;
  for (const v1::CodedFact& fact : set.values()) {
    text += (text.empty() ? "" : " ") + fact.code() + "=" +
            v1::Answer_Name(fact.answer());
  }
  return text;
}

std::string Terms(const v1::Service& service) {
  std::string text;
  for (const v1::NeedTerm& term : service.x_handrail().terms()) {
    text +=
        (text.empty() ? "" : " ") + term.term() + (term.broader() ? "~" : "");
  }
  return text;
}

const v1::RecoveryProfile& Profile(const v1::Service& service) {
  return service.x_handrail().profile();
}

std::string Kept(const v1::Service& service, const std::string& name) {
  for (const auto& field : service.unknown_fields()) {
    if (field.name() == name) return field.json();
  }
  return "";
}

Read ReadKeys(const std::string& keys) {
  return ReadText(
      "Name1,Name2,Name3,Address1,Address2,Address3,City,State,ZIP_Code,"
      "Contact,Note,Keys,ID\n"
      "Harbor,,,1 Elm St,,,Salem,MA,1970,(978)555-0100,," +
          keys + ",1\n",
      {}, "directory.csv");
}

TEST(SamhsaTest, ADirectoryRowBecomesATreatmentServiceAtAPlace) {
  const Read read = ReadKeys("SA/DT/MM/METH/OTP/RES/MD/SS/PW/TA/SP/");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->format, Format::kSamhsa);
  EXPECT_EQ(read.rows[0].origin().table(), "facilities");
  EXPECT_EQ(read.rows[0].origin().line(), 2);
  const v1::Service service = read.Service();
  EXPECT_EQ(service.name(), "Harbor");
  EXPECT_EQ(Terms(service),
            "treatment detox methadone opioid-treatment-program "
            "residential-treatment pregnancy-treatment transportation~");
  const v1::TreatmentProfile& treatment = Profile(service).treatment();
  EXPECT_EQ(Codes(treatment.medications_offered()), "methadone=YES");
  EXPECT_EQ(Codes(treatment.settings()), "residential=YES");
  EXPECT_EQ(treatment.opioid_treatment_program().answer(), v1::YES);
  const v1::AnyServiceProfile& any = Profile(service).any();
  EXPECT_EQ(Codes(any.payments()), "medicaid=YES");
  EXPECT_EQ(any.cost().code(), "sliding_scale");
  EXPECT_EQ(Codes(any.populations()), "pregnant_postpartum=YES");
  EXPECT_EQ(Codes(any.languages()), "es=YES");
  // Levels of care are recorded by clinicians and never concluded.
  EXPECT_FALSE(treatment.has_levels());
  EXPECT_EQ(service.attributes_size(), 11);
  EXPECT_EQ(service.attributes(1).taxonomy_term().code(), "DT");
  EXPECT_EQ(service.attributes(1).taxonomy_term().name(), "Detoxification");
  const v1::Location location = read.Location();
  EXPECT_EQ(location.addresses(0).address_1(), "1 Elm St");
  EXPECT_EQ(service.phones(0).number(), "(978)555-0100");
}

TEST(SamhsaTest, WhatIsNotListedIsNotKnown) {
  const v1::Service service = ReadKeys("SA").Service();
  const v1::RecoveryProfile& profile = Profile(service);
  EXPECT_FALSE(profile.has_any());
  EXPECT_FALSE(profile.has_treatment());
}

TEST(SamhsaTest, OneGenderAloneExcludesTheOther) {
  EXPECT_EQ(Codes(Profile(ReadKeys("FEM").Service()).any().genders()),
            "woman=YES man=NO");
  EXPECT_EQ(Codes(Profile(ReadKeys("MALE").Service()).any().genders()),
            "man=YES woman=NO");
  EXPECT_EQ(Codes(Profile(ReadKeys("FEM/MALE").Service()).any().genders()),
            "woman=YES man=YES");
}

TEST(SamhsaTest, ExclusionsAreFactsAndPoliciesThatExcludeNobodyAreNot) {
  EXPECT_EQ(
      Codes(Profile(ReadKeys("DUO/AUDO/OUDO").Service()).any().serves_only()),
      "driving_under_influence=YES alcohol_use=YES opioid_use=YES");
  const v1::Service none = ReadKeys("NOOP/NAUT/NMAUT/NP").Service();
  EXPECT_EQ(Profile(none).treatment().opioid_treatment_program().answer(),
            v1::NO);
  EXPECT_EQ(Codes(Profile(none).treatment().withdrawal_substances()),
            "opioids=NO alcohol=NO");
  EXPECT_EQ(Profile(none).any().cost().code(), "free");
  // It does not use medication; it need not bar a person who takes it.
  EXPECT_FALSE(Profile(ReadKeys("NMOA").Service()).has_any());
  EXPECT_FALSE(Profile(ReadKeys("SMON").Service()).has_any());
  EXPECT_EQ(Codes(Profile(ReadKeys("MOA").Service()).any().medication()),
            "methadone=YES buprenorphine=YES xr_buprenorphine=YES "
            "xr_naltrexone=YES");
}

TEST(SamhsaTest, MedicareAndMedicaidAreNotTakenForEachOther) {
  EXPECT_EQ(Codes(Profile(ReadKeys("MC").Service()).any().payments()),
            "medicare=YES");
  EXPECT_EQ(Codes(Profile(ReadKeys("MD").Service()).any().payments()),
            "medicaid=YES");
  EXPECT_EQ(Codes(Profile(ReadKeys("MI").Service()).any().payments()),
            "military_insurance=YES");
}

TEST(SamhsaTest, UnknownCodesAreFindingsAndKept) {
  const Read read = ReadKeys("SA/F48/ZZTOP");
  EXPECT_EQ(read.Count("unknown-code"), 2);
  EXPECT_NE(read.First("unknown-code").message().find("F48"),
            std::string::npos);
  ASSERT_EQ(read.Service().attributes_size(), 3);
  EXPECT_EQ(read.Service().attributes(2).taxonomy_term().code(), "ZZTOP");
}

TEST(SamhsaTest, CodesThatCollideAreToldApartBySystem) {
  const SamhsaCodes& samhsa = SamhsaCodes::Get();
  const CodeTables& meetings = CodeTables::Get();
  // SP: Spanish here, speaker in AA.
  EXPECT_EQ(samhsa.ByCode({.code = "SP"}).meaning.facts.at(0).value, "es");
  EXPECT_EQ(meetings.MeetingType("aa", "SP").facts.at(0).value, "speaker");
  // MN: men; W, M of meetings are nothing here.
  EXPECT_FALSE(samhsa.ByCode({.code = "W"}).meaning.known);
  EXPECT_FALSE(samhsa.ByCode({.code = "POA"}).meaning.known);
  // CM: case management; CO: co-occurring; not of any meeting.
  EXPECT_FALSE(meetings.MeetingType("aa", "CM").known);
  // HBV is a vaccination, HBT the test.
  EXPECT_EQ(samhsa.ByCode({.code = "HBV"}).meaning.name,
            "Hepatitis B (HBV) vaccination");
  EXPECT_EQ(samhsa.ByCode({.code = "HBT"}).meaning.name,
            "Testing for Hepatitis B (HBV)");
  // PRS is no peer recovery specialist.
  EXPECT_EQ(samhsa.ByCode({.code = "PRS"}).meaning.name,
            "Psychosocial rehabilitation services");
  // PC: a formal relation in one list; PH: a hospital in the other.
  EXPECT_TRUE(samhsa.ByCode({.code = "PC"}).meaning.facts.empty());
  // DBT: in both lists, of the wanted one.
  EXPECT_EQ(samhsa.ByCode({.mental_health = true, .code = "DBT"}).meaning.key,
            "samhsa-mh:DBT");
  EXPECT_EQ(samhsa.ByCode({.edition = "2017", .code = "DBT"}).meaning.key,
            "samhsa-su:DBT");
  EXPECT_TRUE(BmltCodes::Get().Seed("na", "SP").facts.empty());
}

TEST(SamhsaTest, NamesThatDifferInLettersAloneAreToldApart) {
  const SamhsaCodes& codes = SamhsaCodes::Get();
  EXPECT_EQ(codes.ByName({.name = "Young Adults"}).code, "YAD");
  EXPECT_EQ(codes.ByName({.name = "Young adults"}).code, "TAY");
  EXPECT_EQ(codes.ByName({.group = "SG", .name = "YOUNG ADULTS"}).code, "TAY");
  EXPECT_EQ(codes.ByName({.group = "AGE", .name = "YOUNG ADULTS"}).code, "YAD");
  EXPECT_EQ(codes.ByName({.name = "no such service"}).code, "");
}

TEST(SamhsaTest, FlattenedServicesAreOneTextWithCommasInside) {
  const Read read = ReadText(R"([{"name":"Harbor","city":"Blythe","state":"CA",
    "zip":"92225","phone":"760-555-0100 x112","website":"",
    "latitude":"33.57","longitude":"-114.58",
    "residential_services":"Long-term residential",
    "all_services":"Transitional housing, halfway house, or sober home; Acamprosate (Campral®); Long-term residential; Vocational training or educational support (for example, high school coursework, GED preparation, etc.) ; No formal relationship with prescribing entity; No formal relationship with prescribing entity; Moon baths"}])");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->files[0].why,
            "SAMHSA: a list of FindTreatment.gov facilities, services in one "
            "text");
  const v1::Service service = read.Service();
  EXPECT_EQ(service.attributes_size(), 6);
  EXPECT_EQ(Terms(service),
            "transitional-housing~ recovery-residence~ alcohol-medication "
            "residential-treatment job-training~ ged~");
  EXPECT_EQ(Codes(Profile(service).treatment().medications_offered()),
            "acamprosate=YES");
  EXPECT_EQ(read.Count("unknown-code"), 1);
  EXPECT_EQ(service.attributes(5).taxonomy_term().name(), "Moon baths");
  EXPECT_EQ(read.Location().latitude_e7(), 335700000);
  EXPECT_EQ(service.phones(0).number(), "760-555-0100");
  EXPECT_EQ(service.phones(0).extension(), "112");
}

TEST(SamhsaTest, RawPagesHaveServicesByGroup) {
  const Read read = ReadText(R"({"page":1,"totalPages":1,"recordCount":1,
   "rows":[{"_irow":1,"name1":"Harbor","name2":"Detox unit","street1":"1 Elm",
    "city":"Salem","state":"MA","zip":"01970","phone":"978-555-0100",
    "intake1":"978-555-0101","hotline1":"978-555-0102","website":"",
    "latitude":"42.5","longitude":"-70.9","miles":3.2,"typeFacility":"SA",
    "services":[
     {"f1":"Type of Care","f2":"TC","f3":"Detoxification; Substance use treatment"},
     {"f1":"Special Programs","f2":"SG","f3":"Young adults; Veterans"},
     {"f1":"Age Groups Accepted","f2":"AGE","f3":"Young adults"},
     {"f1":"Language","f2":"SL","f3":"Spanish"}]}]})");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.plan->format, Format::kSamhsa);
  const v1::Service service = read.Service();
  EXPECT_EQ(service.alternate_name(), "Detox unit");
  EXPECT_EQ(Terms(service), "detox treatment");
  EXPECT_EQ(Codes(Profile(service).any().populations()),
            "young_adults=YES veterans=YES");
  EXPECT_EQ(Codes(Profile(service).any().languages()), "es=YES");
  // TC of this system is a group, and closes no place.
  EXPECT_EQ(service.x_handrail().operating_state().kind(),
            v1::OperatingState::KIND_UNSPECIFIED);
  EXPECT_EQ(service.phones_size(), 3);
  EXPECT_EQ(service.phones(1).description(), "Intake");
  EXPECT_EQ(service.phones(2).description(), "Hot line");
  EXPECT_EQ(Kept(service, "miles"), "") << "of the question";
  EXPECT_EQ(Kept(service, "typeFacility"), "\"SA\"");
  const Read none =
      ReadText(R"({"page":1,"totalPages":0,"recordCount":0,"rows":[]})");
  EXPECT_EQ(none.plan->rows_read, 0);
}

TEST(SamhsaTest, TheLocatorHasAColumnPerCode) {
  const Read read = ReadText(
      "name1,name2,street1,street2,city,state,zip,zip4,county,latitude,"
      "longitude,phone,intake1,website,type_facility,sa,dt,bu,zzq,md\n"
      "Harbor,,1 Elm,,Salem,MA,1970,12,Essex,42.5,-70.9,978-555-0100,,,SA,1,,1,"
      "1,maybe\n"
      "Cove,,2 Elm,,Ponce,PR,603,,,0,0,,,,SA,1,0,,,\n",
      {}, "locator.csv");
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_EQ(read.plan->files[0].why,
            "SAMHSA: the locator's table, 5 columns of service codes");
  EXPECT_EQ(Terms(read.Service(0)), "treatment buprenorphine");
  EXPECT_EQ(read.Location(0).addresses(0).postal_code(), "01970-0012");
  EXPECT_EQ(read.Location(0).x_handrail().county(), "Essex");
  EXPECT_EQ(read.Count("unknown-code"), 1) << "zzq";
  EXPECT_EQ(read.First("impossible-value").field(), "md");
  EXPECT_EQ(Kept(read.Service(0), "md"), "\"maybe\"");
  EXPECT_FALSE(Profile(read.Service(0)).has_any());
  EXPECT_EQ(read.Location(1).addresses(0).postal_code(), "00603");
  EXPECT_FALSE(read.Location(1).has_latitude_e7());
  EXPECT_EQ(read.Count("impossible-coordinates"), 1);
  EXPECT_EQ(read.Count("zeros-restored"), 2);
}

TEST(SamhsaTest, ZerosAreRestoredOnlyWhereTheStateHasThem) {
  EXPECT_EQ(RestoreZip("1301", "MA"), "01301");
  EXPECT_EQ(RestoreZip("603", "PR"), "00603");
  EXPECT_EQ(RestoreZip("603", "MA"), "603");
  EXPECT_EQ(RestoreZip("1301", "TX"), "1301");
  EXPECT_EQ(RestoreZip("12207", "NY"), "12207");
  EXPECT_EQ(RestoreZip("", "MA"), "");
}

TEST(SamhsaTest, ALocatorWithoutServicesIsTreatmentAtMost) {
  const Read read = ReadText(
      "name1,name2,street1,street2,city,state,zip,zip4,county,latitude,"
      "longitude\nHarbor,,1 Elm,,Salem,MA,1970,,,42.5,-70.9\n",
      {}, "locator.csv");
  EXPECT_EQ(Terms(read.Service()), "treatment~");
  EXPECT_EQ(read.Count("missing-field"), 1);
}

TEST(SamhsaTest, TheDirectoryOfOpioidProgramsIsLatin1AndAllAreSuch) {
  const Read read = ReadText(
      "Program Name,DBA,Street,City,State,Zipcode,Phone,Certification,"
      "Full Certification\n"
      "Cl\xednica Norte,,1 Calle Luna,Bayam\xf3n,PR,00961,787-555-0100,"
      "Provisional,2017-01-01\n",
      {}, "otp.csv");
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_EQ(read.Service().name(), "Clínica Norte");
  EXPECT_EQ(read.Location().addresses(0).city(), "Bayamón");
  EXPECT_EQ(Terms(read.Service()), "opioid-treatment-program");
  EXPECT_EQ(Kept(read.Service(), "Certification"), "\"Provisional\"");
}

TEST(SamhsaTest, SeveralNumbersInOneCellAreTakenApart) {
  const auto phones = ReadFacilityPhones(
      "(602)258-6797 Intakes: (602)523-9312 (602)258-6797x931");
  ASSERT_EQ(phones.size(), 3u);
  EXPECT_EQ(phones[0].number, "(602)258-6797");
  EXPECT_EQ(phones[0].purpose, "");
  EXPECT_EQ(phones[1].purpose, "Intake");
  EXPECT_EQ(phones[2].extension, "931");
  EXPECT_EQ(ReadFacilityPhones("(907)452-4222x115").at(0).extension, "115");
  EXPECT_TRUE(ReadFacilityPhones("  ").empty());
  // From a PDF, where a line ended inside a number.
  const auto broken = ReadFacilityPhones(
      "(510)555-0100x236 Intakes: (510)555-0100x233 (510)555- 0101x245");
  ASSERT_EQ(broken.size(), 3u);
  EXPECT_EQ(broken[2].number, "(510)555-0101");
}

TEST(SamhsaTest, TheSameFacilityKeepsItsId) {
  EXPECT_EQ(ReadKeys("SA").Service().id(), ReadKeys("SA/DT").Service().id());
}

TEST(SamhsaTest, RowsThatAreNoneAreSkippedAndSaid) {
  const Read read = ReadText(
      "name1,name2,street1,street2,city,state,zip\n"
      ",,1 Elm,,Salem,MA,1970\nHarbor,,1 Elm\n",
      {}, "locator.csv");
  EXPECT_EQ(read.plan->rows_read, 2);
  EXPECT_EQ(read.plan->rows_skipped, 2);
  const Read list =
      ReadText(R"([{"name":"A","all_services":"Detoxification"},3])");
  EXPECT_EQ(list.plan->rows_skipped, 1);
}

}  // namespace
}  // namespace handrail::formats
