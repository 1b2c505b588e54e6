<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Event\EventInterface;
use Leadbridge\Plugin\System\Leadbridge\Lead\Source;
use Leadbridge\Plugin\System\Leadbridge\Spool\Database;

/** Reads the events in which Joomla and form extensions tell what was sent. Null: not a lead. */
final class Catching
{
    /** Sites have one registration form; its id in the form table. */
    private const REGISTRATION = 'registration';

    public function __construct(private readonly Database $database)
    {
    }

    /** onSubmitContact, on pages and by the web services: the raw form. */
    public function contact(EventInterface $event): ?Caught
    {
        $contact = Arguments::pick($event, 'subject', 0);
        $data = Arguments::pick($event, 'data', 1);

        return \is_object($contact) && \is_array($data)
            ? new Caught(Source::CONTACT, (string) ($contact->id ?? ''), $data)
            : null;
    }

    /** onUserAfterSave: only when a new user was really stored. */
    public function registration(EventInterface $event): ?Caught
    {
        $user = Arguments::pick($event, 'subject', 0);
        $isNew = (bool) Arguments::pick($event, 'isNew', 1);
        $wasSaved = (bool) Arguments::pick($event, 'savingResult', 2);

        return \is_array($user) && $isNew && $wasSaved
            ? new Caught(Source::REGISTRATION, self::REGISTRATION, $user)
            : null;
    }

    /** onConvertFormsSubmissionAfterSave. */
    public function convertForms(EventInterface $event): ?Caught
    {
        $submission = Arguments::pick($event, 'submission', 0);
        $params = \is_object($submission) ? $submission->params ?? [] : [];
        $data = \is_string($params) ? json_decode($params, true) : json_decode((string) json_encode($params), true);

        return \is_object($submission) && \is_array($data)
            ? new Caught(Source::CONVERT_FORMS, (string) ($submission->form_id ?? ''), $data)
            : null;
    }

    /** onRsformFrontendAfterStoreSubmissions: names the submission, whose values stand in RSForm's own table. */
    public function rsForm(EventInterface $event): ?Caught
    {
        $told = Arguments::pick($event, 'args', 0);
        $id = \is_array($told) ? (int) ($told['SubmissionId'] ?? 0) : 0;

        return $id > 0 ? new Caught(Source::RSFORM, (string) ($told['formId'] ?? ''), $this->rsFormValues($id)) : null;
    }

    /** @return  array<string, string> */
    private function rsFormValues(int $submission): array
    {
        $rows = $this->database->rows(
            'SELECT FieldName AS name, FieldValue AS value FROM #__rsform_submission_values WHERE SubmissionId = :id',
            ['id' => $submission]
        );

        return array_map('strval', array_column($rows, 'value', 'name'));
    }
}
