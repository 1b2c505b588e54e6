<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Spool;

\defined('_JEXEC') or die;

/** A lead on its way. Times are Unix seconds; 0 means never. */
final class Row
{
    public const WAITING = 'waiting';
    public const SENT = 'sent';
    public const PARKED = 'parked';

    /** The columns that a row is made of, for a SELECT. */
    public const COLUMNS = 'id, message_id, source, form, body, state, attempts, created_at, due_at, leased_until,'
        . ' finished_at, last_status, last_error';

    /** @param  string|null  $body  JSON; null once the lead was sent */
    public function __construct(
        public readonly int $id,
        public readonly string $messageId,
        public readonly string $source,
        public readonly string $form,
        public readonly ?string $body,
        public readonly string $state,
        public readonly int $attempts,
        public readonly int $createdAt,
        public readonly int $dueAt,
        public readonly int $leasedUntil,
        public readonly int $finishedAt,
        public readonly int $lastStatus,
        public readonly string $lastError
    ) {
    }

    /** @param  array<string, int|string|null>  $columns  a row of `#__leadbridge_spool` */
    public static function fromColumns(array $columns): self
    {
        return new self(
            (int) $columns['id'],
            (string) $columns['message_id'],
            (string) $columns['source'],
            (string) $columns['form'],
            isset($columns['body']) ? (string) $columns['body'] : null,
            (string) $columns['state'],
            (int) $columns['attempts'],
            (int) $columns['created_at'],
            (int) $columns['due_at'],
            (int) $columns['leased_until'],
            (int) $columns['finished_at'],
            (int) $columns['last_status'],
            (string) $columns['last_error']
        );
    }
}
