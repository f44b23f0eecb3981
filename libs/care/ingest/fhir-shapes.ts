import { z } from 'zod';

/** The parts of FHIR R4 that the door reads; everything else of a resource is passed over. */

const codingSchema = z.object({ system: z.string().optional(), code: z.string().optional() });
const conceptSchema = z.object({ coding: z.array(codingSchema).optional() });
const identifierSchema = z.object({
  use: z.string().optional(),
  type: conceptSchema.optional(),
  system: z.string().optional(),
  value: z.string().optional(),
});
const referenceSchema = z.object({ reference: z.string().optional(), identifier: identifierSchema.optional() });
const periodSchema = z.object({ start: z.string().optional(), end: z.string().optional() });
const quantitySchema = z.object({
  value: z.number().optional(),
  unit: z.string().optional(),
  code: z.string().optional(),
});

const telecomSchema = z.array(
  z.object({ system: z.string().optional(), value: z.string().optional(), use: z.string().optional() }),
);

const base = {
  id: z.string().min(1).max(200).optional(),
  meta: z.object({ lastUpdated: z.string().optional(), security: z.array(codingSchema).optional() }).optional(),
};

export const patientSchema = z.object({
  ...base,
  identifier: z.array(identifierSchema).optional(),
  name: z
    .array(
      z.object({
        use: z.string().optional(),
        family: z.string().max(200).optional(),
        given: z.array(z.string().max(200)).optional(),
        period: periodSchema.optional(),
      }),
    )
    .optional(),
  telecom: telecomSchema.optional(),
  gender: z.enum(['female', 'male', 'other', 'unknown']).optional(),
  birthDate: z.string().optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: z.string().optional(),
  address: z
    .array(
      z.object({
        use: z.string().optional(),
        line: z.array(z.string().max(300)).optional(),
        city: z.string().max(200).optional(),
        postalCode: z.string().max(20).optional(),
        country: z.string().max(100).optional(),
        period: periodSchema.optional(),
      }),
    )
    .optional(),
  communication: z.array(z.object({ language: conceptSchema, preferred: z.boolean().optional() })).optional(),
  generalPractitioner: z.array(referenceSchema).optional(),
  contact: z
    .array(
      z.object({
        relationship: z.array(conceptSchema).optional(),
        name: z
          .object({
            text: z.string().max(200).optional(),
            family: z.string().max(200).optional(),
            given: z.array(z.string().max(200)).optional(),
          })
          .optional(),
        telecom: telecomSchema.optional(),
        period: periodSchema.optional(),
      }),
    )
    .optional(),
  extension: z
    .array(
      z.object({
        url: z.string(),
        valueCodeableConcept: conceptSchema.optional(),
        extension: z.array(z.object({ url: z.string(), valueCodeableConcept: conceptSchema.optional() })).optional(),
      }),
    )
    .optional(),
});

export const conditionSchema = z.object({
  ...base,
  subject: referenceSchema.optional(),
  code: conceptSchema.optional(),
  clinicalStatus: conceptSchema.optional(),
  verificationStatus: conceptSchema.optional(),
  onsetDateTime: z.string().optional(),
  onsetPeriod: periodSchema.optional(),
  recordedDate: z.string().optional(),
  abatementDateTime: z.string().optional(),
  abatementPeriod: periodSchema.optional(),
});

const valueShape = {
  valueQuantity: quantitySchema.optional(),
  valueCodeableConcept: conceptSchema.optional(),
  valueBoolean: z.boolean().optional(),
  valueString: z.string().optional(),
  valueInteger: z.number().optional(),
  dataAbsentReason: conceptSchema.optional(),
};

export const observationSchema = z.object({
  ...base,
  ...valueShape,
  status: z.string(),
  subject: referenceSchema.optional(),
  code: conceptSchema,
  effectiveDateTime: z.string().optional(),
  effectiveInstant: z.string().optional(),
  effectivePeriod: periodSchema.optional(),
  issued: z.string().optional(),
  component: z.array(z.object({ ...valueShape, code: conceptSchema })).optional(),
});

export const medicationRequestSchema = z.object({
  ...base,
  status: z.string(),
  intent: z.string().optional(),
  subject: referenceSchema.optional(),
  medicationCodeableConcept: conceptSchema.optional(),
  authoredOn: z.string().optional(),
});

export const immunizationSchema = z.object({
  ...base,
  status: z.string(),
  patient: referenceSchema.optional(),
  vaccineCode: conceptSchema.optional(),
  occurrenceDateTime: z.string().optional(),
});

export const procedureSchema = z.object({
  ...base,
  status: z.string(),
  subject: referenceSchema.optional(),
  code: conceptSchema.optional(),
  performedDateTime: z.string().optional(),
  performedPeriod: periodSchema.optional(),
});

export const serviceRequestSchema = z.object({
  ...base,
  status: z.string(),
  intent: z.string().optional(),
  subject: referenceSchema.optional(),
  code: conceptSchema.optional(),
  authoredOn: z.string().optional(),
});

export const flagSchema = z.object({
  ...base,
  status: z.string(),
  subject: referenceSchema.optional(),
  code: conceptSchema.optional(),
  period: periodSchema.optional(),
});

export const consentSchema = z.object({
  ...base,
  status: z.string(),
  scope: conceptSchema.optional(),
  patient: referenceSchema.optional(),
  dateTime: z.string().optional(),
  provision: z
    .object({
      type: z.enum(['deny', 'permit']).optional(),
      purpose: z.array(codingSchema).optional(),
      code: z.array(conceptSchema).optional(),
      provision: z.array(z.unknown()).optional(),
    })
    .optional(),
});

export type Reference = z.infer<typeof referenceSchema>;
export type Concept = z.infer<typeof conceptSchema>;
export type Patient = z.infer<typeof patientSchema>;
export type Condition = z.infer<typeof conditionSchema>;
export type Observation = z.infer<typeof observationSchema>;
export type Consent = z.infer<typeof consentSchema>;

/** The other resource types of R4: understood, and nothing of them is kept. */
export const OTHER_RESOURCES: ReadonlySet<string> = new Set(
  `Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
  BiologicallyDerivedProduct BodyStructure CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
  ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
  CompartmentDefinition Composition ConceptMap Contract Coverage CoverageEligibilityRequest
  CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
  DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
  EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
  FamilyMemberHistory Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy
  ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
  Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
  MedicationStatement MedicinalProduct MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
  ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation Parameters
  PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Provenance Questionnaire
  QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy
  ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter Slot Specimen SpecimenDefinition
  StructureDefinition StructureMap Subscription Substance SubstanceSpecification SupplyDelivery SupplyRequest Task
  TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription`.split(/\s+/),
);
