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

std::span<const std::string_view> FirstNames() {
  static constexpr std::string_view kNames[] = {
      "Hanna",   "Luc",    "Priya",  "Oskar",  "Carla",  "Ben",    "Nele",   "Giulia", "Mikkel", "Aoife",
      "Tariq",   "Ewa",    "Jasper", "Leonie", "Mateo",  "Freya",  "Noor",   "Emil",   "Astrid", "Dominik",
      "Camille", "Rosa",   "Henrik", "Yusuf",  "Klara",  "Tomasz", "Ingrid", "Pablo",  "Maren",  "Elias",
      "Sanne",   "Viktor", "Amira",  "Joris",  "Linnea", "Rafael", "Greta",  "Anton",  "Maeve",  "Selim",
      "Ida",     "Bruno",  "Katja",  "Niels",  "Odile",  "Marek",  "Saskia", "Hugo",
  };
  return kNames;
}

std::span<const std::string_view> LastNames() {
  static constexpr std::string_view kNames[] = {
      "Vogel",    "Moreau",   "Nair",    "Lind",      "Ruiz",      "Adeyemi", "Fischer",  "Conti",     "Holm",
      "Byrne",    "Aziz",     "Nowak",   "Bakker",    "Schreiber", "Ortega",  "Larsen",   "Haddad",    "Novak",
      "Berg",     "Wagner",   "Dubois",  "Marchetti", "Sund",      "Yilmaz",  "Krause",   "Zielinski", "Dahlberg",
      "Serrano",  "Petersen", "Keller",  "Visser",    "Horvat",    "Rahman",  "Maes",     "Ekstrom",   "Pinto",
      "Brandl",   "Weiss",    "Doyle",   "Demir",     "Falk",      "Rossi",   "Hartmann", "Jensen",    "Lambert",
      "Kowalski", "Peeters",  "Lehmann", "Castro",    "Aalto",     "Brennan", "Okafor",   "Mehta",     "Sorensen",
      "Thorne",   "Quist",    "Rahimi",  "Fontaine",  "Bauer",     "Steiner",
  };
  return kNames;
}

std::span<const std::string_view> Pages() {
  static constexpr std::string_view kPages[] = {
      "https://ashandalder.example/",
      "https://ashandalder.example/tables",
      "https://ashandalder.example/tables/trestle",
      "https://ashandalder.example/chairs/elbow",
      "https://ashandalder.example/beds",
      "https://ashandalder.example/benches",
      "https://ashandalder.example/care",
      "https://ashandalder.example/delivery",
      "https://ashandalder.example/orders",
      "https://ashandalder.example/invoices",
      "https://ashandalder.example/returns",
      kSalePage,
  };
  return kPages;
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
        {kVisitor, "DE 129 273 398"},
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

std::span<const std::string_view> Praise() {
  static constexpr std::string_view kWords[] = {
      "Quick and friendly, thank you.",
      "Exactly what I needed to know.",
      "Nice to talk to somebody who knows wood.",
      "Solved in five minutes.",
  };
  return kWords;
}

std::span<const std::string_view> Complaints() {
  static constexpr std::string_view kWords[] = {
      "I had to wait too long.",
      "Friendly, but it did not help me.",
      "This was the third time I had to ask.",
  };
  return kWords;
}

std::span<const Ware> Wares() {
  static constexpr Ware kWares[] = {
      {"Trestle table, oak", "890.00"}, {"Elbow chair", "249.00"},         {"Bench, ash", "320.00"},
      {"Bed frame, alder", "740.00"},   {"Shelf, three boards", "185.00"}, {"Hard wax oil", "29.50"},
  };
  return kWares;
}

std::span<const Letter> Letters() {
  static constexpr Letter kLetters[] = {
      {Desk::kSupport, "Scratch on the table top",
       "The top of our new table has a scratch on one side. What can we do?",
       "We are sorry. A little hard wax oil will hide it; a bottle is on its way to you.", "damage"},
      {Desk::kSupport, "Where is my delivery?", "The bench was promised for this week and I have heard nothing.",
       "It left our store today, the carrier will call you tomorrow.", "delivery"},
      {Desk::kBilling, "Invoice to another address", "Could you make out the invoice to our office, please?",
       "The corrected invoice is in your account.", "invoice"},
      {Desk::kBilling, "Refund not received", "The refund for the returned chair has not arrived yet.",
       "We have asked the bank; it was booked this morning.", "payment"},
      {Desk::kSales, "Offer for a restaurant", "We need twenty elbow chairs for a restaurant. What could you offer?",
       "With pleasure: the offer is attached to your account and holds for a month.", "discount"},
      {Desk::kSales, "Custom length", "Do you build the trestle table at two metres eighty?",
       "We do, it takes six weeks longer. Shall we draw it for you?", "advice"},
  };
  return kLetters;
}

std::span<const Prepared> CannedResponses() {
  static constexpr Prepared kPrepared[] = {
      {"hello", "Hello, and welcome to Ash & Alder. What can I do for you?", std::nullopt},
      {"moment", "One moment, please, I am looking it up.", std::nullopt},
      {"bye", "Thank you for your visit, and have a good day!", std::nullopt},
      {"oil", "Two thin coats of hard wax oil, and another every year.", Desk::kSales},
      {"stock", "You can collect it from our Hamburg store until four in the afternoon.", Desk::kSales},
      {"order", "May I have the number of your order, please? It begins with AA.", Desk::kSupport},
      {"return", "You may return it within thirty days, as long as it can be packed flat.", Desk::kSupport},
      {"invoice", "You find the invoice in your account, under Orders.", Desk::kBilling},
  };
  return kPrepared;
}

}  // namespace parley::demo
