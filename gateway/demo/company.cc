#include "demo/company.h"

namespace parley::demo {
namespace {

constexpr bool kAgent = true;
constexpr bool kVisitor = false;

}  // namespace

const std::array<DeskInfo, kDesks>& Desks() {
  static constexpr std::array<DeskInfo, kDesks> kAll = {{
      {"Sales", "sales@ashandalder.example"},
      {"Support", "support@ashandalder.example"},
      {"Billing", "billing@ashandalder.example"},
  }};
  return kAll;
}

const std::vector<Person>& Staff() {
  static const std::vector<Person> staff = {
      {"mara", "Mara Lindt", {Desk::kSales, Desk::kBilling}, Mood::kAccepting, "Founder"},
      {"tomas", "Tomas Brandt", {Desk::kSales}, Mood::kAccepting, "Showroom"},
      {"ines", "Ines Okoye", {Desk::kSupport}, Mood::kAccepting, "Customer care"},
      {"ravi", "Ravi Menon", {Desk::kSupport, Desk::kSales}, Mood::kAccepting, "Customer care"},
      {"sofie", "Sofie Dahl", {Desk::kBilling}, Mood::kPaused, "Accounts"},
      {"jonas", "Jonas Weber", {Desk::kSupport}, Mood::kAway, "Workshop"},
  };
  return staff;
}

const std::vector<Customer>& Customers() {
  static const std::vector<Customer> customers = {
      {"Hanna Vogel", "+49 30 5550101", "https://ashandalder.example/tables"},
      {"Luc Moreau", "+33 1 5550102", "https://ashandalder.example/delivery"},
      {"Priya Nair", "+44 20 5550103", "https://ashandalder.example/chairs/elbow"},
      {"Oskar Lind", "+46 8 5550104", "https://ashandalder.example/orders"},
      {"Carla Ruiz", "+34 91 5550105", "https://ashandalder.example/beds"},
      {"Ben Adeyemi", "+44 20 5550106", "https://ashandalder.example/invoices"},
      {"Nele Fischer", "+49 40 5550107", "https://ashandalder.example/care"},
      {"Giulia Conti", "+39 02 5550108", "https://ashandalder.example/sale"},
      {"Mikkel Holm", "+45 33 5550109", "https://ashandalder.example/benches"},
      {"Aoife Byrne", "+353 1 5550110", "https://ashandalder.example/returns"},
      {"Tariq Aziz", "+44 16 5550111", "https://ashandalder.example/tables/trestle"},
      {"Ewa Nowak", "+48 22 5550112", "https://ashandalder.example/"},
  };
  return customers;
}

const std::vector<Conversation>& Conversations() {
  static const std::vector<Conversation> conversations = {
      {Desk::kSales,
       {"stock"},
       {{kVisitor, "Hello, is the oak trestle table in stock in two metres?"},
        {kAgent, "Good morning! Let me look. Yes, four of them are in the Hamburg store."},
        {kVisitor, "Lovely. Could I pick one up on Saturday?"},
        {kAgent, "You can, until four in the afternoon. Shall I put your name on one?"},
        {kVisitor, "Please do."}},
       "Table reserved until Saturday"},
      {Desk::kSupport,
       {"delivery", "late"},
       {{kVisitor, "My bench should have come on Tuesday and nobody has called."},
        {kAgent, "I am sorry about that. May I have the order number?"},
        {kVisitor, "AA-20731"},
        {kAgent, "Thank you. The carrier missed its slot; it is on the van for tomorrow between 8 and 12."},
        {kVisitor, "Fine, somebody will be in."},
        {kAgent, "I will send you the driver's number as soon as I have it."}},
       "New delivery slot agreed"},
      {Desk::kSupport,
       {"damage"},
       {{kVisitor, "One leg of the elbow chair arrived with a crack."},
        {kAgent, "That should not happen. Could you tell me how long the crack is?"},
        {kVisitor, "About five centimetres, near the seat."},
        {kAgent, "We will send a new leg and the key to fit it, free of charge."}},
       "Spare part sent"},
      {Desk::kBilling,
       {"invoice"},
       {{kVisitor, "I need the invoice for order AA-19980 with our VAT number on it."},
        {kAgent, "Of course. What is the number?"},
        {kVisitor, "DE 0000 11122"},
        {kAgent, "Done: the corrected invoice is in your account."}},
       "Invoice corrected"},
      {Desk::kSales,
       {"advice"},
       {{kVisitor, "Which oil do you recommend for an ash worktop?"},
        {kAgent, "Hard wax oil, two thin coats. It stays pale and takes water well."},
        {kVisitor, "And how often afterwards?"},
        {kAgent, "Once a year is plenty in a kitchen."}},
       "Advice given"},
      {Desk::kSupport,
       {"return"},
       {{kVisitor, "Can I still return a bed frame after three weeks?"},
        {kAgent, "Within thirty days, yes, as long as it can be packed flat."},
        {kVisitor, "It is still in its box."},
        {kAgent, "Then I will book the pick-up. Which day suits you?"},
        {kVisitor, "Thursday."}},
       "Pick-up booked"},
      {Desk::kBilling,
       {"payment", "late"},
       {{kVisitor, "I paid twice by mistake, what now?"},
        {kAgent, "I can see both payments. The second goes back today and takes two working days."},
        {kVisitor, "Thank you, that was quick."}},
       "Refund started"},
      {Desk::kSales,
       {},
       {{kVisitor, "Do you have a showroom in Vienna?"},
        {kAgent, "Not yet. Hamburg and Copenhagen are the nearest for now."},
        {kVisitor, "Pity. Thanks anyway."}},
       "No showroom there"},
      {Desk::kSales,
       {"discount"},
       {{kVisitor, "Is there a discount for eight chairs of the same kind?"},
        {kAgent, "From six on it is ten percent, and delivery is free."},
        {kVisitor, "And from ten?"},
        {kAgent, "Fifteen. Shall I write you an offer for both?"},
        {kVisitor, "Yes, to my mail address please."}},
       "Offer sent"},
      {Desk::kSupport,
       {"assembly"},
       {{kVisitor, "The screws of my shelf do not fit the holes marked C."},
        {kAgent, "Those are the long ones from the small bag. The drawing on page two is wrong, sorry."},
        {kVisitor, "Ah. That works!"}},
       "Solved"},
  };
  return conversations;
}

}  // namespace parley::demo
