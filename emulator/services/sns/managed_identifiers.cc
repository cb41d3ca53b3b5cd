#include <algorithm>
#include <string_view>
#include <utility>

#include "emulator/services/sns/data_identifiers.h"

/// The names of AWS's managed data identifiers, as the page in data_identifiers.h lists them.
namespace cumulite::sns {
namespace {

constexpr std::string_view kWorldwide[] = {
    "Address",
    "AwsSecretKey",
    "CreditCardExpiration",
    "CreditCardNumber",
    "CreditCardSecurityCode",
    "EmailAddress",
    "IpAddress",
    "LatLong",
    "Name",
    "OpenSshPrivateKey",
    "PgpPrivateKey",
    "PkcsPrivateKey",
    "PuttyPrivateKey",
    "VehicleIdentificationNumber",
};

/// Name and the countries that it is given with: "Ssn-US".
constexpr std::pair<std::string_view, std::string_view> kOfCountries[] = {
    {"BankAccountNumber", "DE ES FR GB IT US"},
    {"CepCode", "BR"},
    {"Cnpj", "BR"},
    {"CpfCode", "BR"},
    {"DriversLicense",
     "AT AU BE BG CA CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "
     "US"},
    {"DrugEnforcementAgencyNumber", "US"},
    {"ElectoralRollNumber", "GB"},
    {"HealthInsuranceCardNumber", "EU"},
    {"HealthInsuranceClaimNumber", "US"},
    {"HealthInsuranceNumber", "FR"},
    {"HealthcareProcedureCode", "US"},
    {"IndividualTaxIdentificationNumber", "US"},
    {"InseeCode", "FR"},
    {"MedicareBeneficiaryNumber", "US"},
    {"NationalDrugCode", "US"},
    {"NationalIdentificationNumber", "DE ES IT"},
    {"NationalInsuranceNumber", "GB"},
    {"NationalProviderId", "US"},
    {"NhsNumber", "GB"},
    {"NieNumber", "ES"},
    {"NifNumber", "ES"},
    {"PassportNumber", "CA DE ES FR GB IT US"},
    {"PermanentResidenceNumber", "CA"},
    {"PersonalHealthNumber", "CA"},
    {"PhoneNumber", "BR DE ES FR GB IT US"},
    {"PostalCode", "CA"},
    {"RgNumber", "BR"},
    {"SocialInsuranceNumber", "CA"},
    {"Ssn", "ES US"},
    {"TaxId", "DE ES FR GB"},
    {"ZipCode", "US"},
};

}  // namespace

bool is_managed_identifier(std::string_view identifier) {
  if (std::find(std::begin(kWorldwide), std::end(kWorldwide), identifier) != std::end(kWorldwide)) {
    return true;
  }
  const std::size_t hyphen = identifier.find('-');
  if (hyphen == std::string_view::npos) return false;
  const std::string_view country = identifier.substr(hyphen + 1);
  return std::any_of(std::begin(kOfCountries), std::end(kOfCountries), [&](const auto& known) {
    // All countries have two letters, so that none begins within another.
    return known.first == identifier.substr(0, hyphen) && country.size() == 2 &&
           known.second.find(country) != std::string_view::npos;
  });
}

}  // namespace cumulite::sns
