<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;

\defined('_JEXEC') or die;

/** What a test of one form found. */
final class Finding
{
    /**
     * @param  string                        $form      of Leadbridge; empty when there was none to try
     * @param  string                        $title     as the bridge names the form
     * @param  array<string, list<string>>  $unmapped  source => required fields that nothing of it is mapped to
     * @param  array<string, list<string>>  $unasked   source => purposes it has a box for and the bridge's form has not
     */
    public function __construct(
        public readonly string $form,
        public readonly bool $isAccepted,
        public readonly int $milliseconds,
        public readonly Explanation $explanation,
        public readonly string $title = '',
        public readonly array $unmapped = [],
        public readonly array $unasked = []
    ) {
    }
}
